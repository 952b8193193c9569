package dev.espalier.engine.open;

import dev.espalier.engine.Devices;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.checkpoint.Checkpoint;
import dev.espalier.engine.cpu.CpuBackend;
import dev.espalier.engine.cuda.CudaBackend;
import dev.espalier.engine.forward.ModelRunner;
import dev.espalier.engine.model.ModelConfig;
import dev.espalier.engine.model.Operations;
import dev.espalier.engine.model.TransformerRunner;
import dev.espalier.engine.model.WeightSource;
import java.util.List;

/** Puts a checkpoint on the device that the options name. */
public final class ModelRunners {

  /**
   * The devices that {@code options} name, one by one.
   *
   * @throws EngineException DEVICE_UNAVAILABLE if the GPUs of this machine are asked for and cannot
   *     be counted
   */
  public static List<Devices> devices(EngineOptions options) {
    Devices devices = options.device();
    return devices.isAllGpus() ? CudaBackend.devices() : devices.each();
  }

  /**
   * Makes sure that the devices are in this machine; nothing is allocated on them.
   *
   * @throws EngineException DEVICE_UNAVAILABLE, naming the device, if one is not
   */
  public static void requireDevices(EngineOptions options) {
    for (Devices device : devices(options)) {
      if (device.isCpu()) {
        CpuBackend.requireVectors();
      } else {
        CudaBackend.require(device);
      }
    }
  }

  /** Begins in the background what opening a model begins there and needs no model. */
  public static void prepare(EngineOptions options) {
    if (options.device().isCpu()) {
      CpuBackend.prepare(options);
    }
  }

  /**
   * What tells a GPU of this machine from all others, whatever number it has in this process.
   *
   * @param gpu its number here
   * @throws EngineException DEVICE_UNAVAILABLE if there is none of this number
   */
  public static String gpuIdentity(int gpu) {
    return CudaBackend.identity(gpu);
  }

  /**
   * Loads {@code checkpoint}, which may be closed afterwards.
   *
   * @throws EngineException DEVICE_UNAVAILABLE, with the cause, if the device cannot be used: there
   *     is no falling back to another; CHECKPOINT_INVALID; OUT_OF_MEMORY
   */
  public static ModelRunner open(Checkpoint checkpoint, EngineOptions options) {
    return load(checkpoint.config(), checkpoint, options);
  }

  /** The same for weights that need not be in a file. */
  public static ModelRunner load(ModelConfig config, WeightSource weights, EngineOptions options) {
    return TransformerRunner.load(config, weights, operations(options), options.kvCacheBytes());
  }

  private static Operations operations(EngineOptions options) {
    return options.device().isCpu() ? CpuBackend.open(options) : CudaBackend.open(options);
  }

  private ModelRunners() {}
}
