package dev.espalier.engine.open;

import dev.espalier.engine.DeviceNames;
import dev.espalier.engine.EngineException;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.ErrorCode;
import dev.espalier.engine.checkpoint.Checkpoint;
import dev.espalier.engine.cpu.CpuBackend;
import dev.espalier.engine.cuda.CudaBackend;
import dev.espalier.engine.model.ModelConfig;
import dev.espalier.engine.model.Operations;
import dev.espalier.engine.model.TransformerRunner;
import dev.espalier.engine.model.WeightSource;
import dev.espalier.engine.step.ModelRunner;
import java.util.List;

/** Puts a checkpoint on the device that the options name. */
public final class ModelRunners {

  /**
   * The devices that {@code options} name, one name each.
   *
   * @throws EngineException DEVICE_UNAVAILABLE if they name none, or if the GPUs of this machine
   *     cannot be counted
   */
  public static List<String> devices(EngineOptions options) {
    List<String> names = DeviceNames.of(options.device());
    return names.equals(List.of(DeviceNames.ALL_GPUS)) ? CudaBackend.devices() : names;
  }

  /**
   * Makes sure that the devices are in this machine; nothing is allocated on them.
   *
   * @throws EngineException DEVICE_UNAVAILABLE, naming the device, if one is not
   */
  public static void requireDevices(EngineOptions options) {
    for (String device : devices(options)) {
      if (device.equals("cpu")) {
        CpuBackend.requireVectors();
      } else {
        CudaBackend.require(device);
      }
    }
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
    if (options.device().equals("cpu")) {
      return CpuBackend.open(options);
    }
    if (CudaBackend.accepts(options.device())) {
      return CudaBackend.open(options);
    }
    throw new EngineException(
        ErrorCode.DEVICE_UNAVAILABLE,
        "device is " + options.device() + " but must be cpu or a GPU, such as cuda:0");
  }

  private ModelRunners() {}
}
