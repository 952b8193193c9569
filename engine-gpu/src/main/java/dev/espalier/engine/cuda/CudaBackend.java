package dev.espalier.engine.cuda;

import dev.espalier.engine.Devices;
import dev.espalier.engine.EngineException;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.ErrorCode;
import dev.espalier.engine.WeightFormat;
import dev.espalier.engine.cuda.driver.CudaDevice;
import dev.espalier.engine.cuda.driver.DeviceLimits;
import dev.espalier.engine.model.Operations;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** The way to the operations on an NVIDIA GPU. */
public final class CudaBackend {

  private CudaBackend() {}

  /**
   * The GPUs of this machine, one by one.
   *
   * @throws EngineException DEVICE_UNAVAILABLE if there are none, or no driver to count them
   */
  public static List<Devices> devices() {
    int count = CudaDevice.count(Devices.ALL_GPUS.toString());
    if (count == 0) {
      throw new EngineException(
          ErrorCode.DEVICE_UNAVAILABLE, Devices.ALL_GPUS + " names no GPU: there is none here");
    }
    return IntStream.range(0, count).mapToObj(Devices::gpu).toList();
  }

  /**
   * Makes sure that the GPUs are in this machine; nothing is allocated on it.
   *
   * @throws EngineException DEVICE_UNAVAILABLE if one is not, or there is no driver to tell
   */
  public static void require(Devices device) {
    int count = CudaDevice.count(device.toString());
    for (int gpu : device.gpus()) {
      if (gpu >= count) {
        throw new EngineException(
            ErrorCode.DEVICE_UNAVAILABLE,
            Devices.gpu(gpu)
                + " is not in this machine; "
                + (count == 0
                    ? "there is no GPU"
                    : count == 1 ? "there is cuda:0" : "there are cuda:0 to cuda:" + (count - 1)));
      }
    }
  }

  /**
   * What tells a GPU from all others, whatever number it has in this process.
   *
   * @param number of the GPU here
   * @throws EngineException DEVICE_UNAVAILABLE if it is not in this machine
   */
  public static String identity(int number) {
    return CudaDevice.uuid(number);
  }

  /**
   * Operations on the GPU that {@code options} name.
   *
   * @throws EngineException DEVICE_UNAVAILABLE, with the cause, if it cannot be used
   */
  public static Operations open(EngineOptions options) {
    return operations(options);
  }

  static CudaOperations operations(EngineOptions options) {
    return operations(options, UnaryOperator.identity());
  }

  /** Operations with kernels chosen by other limits than those of the GPU. */
  static CudaOperations operations(EngineOptions options, UnaryOperator<DeviceLimits> narrowing) {
    CudaDevice device = device(options, narrowing);
    try {
      int rows = Math.max(options.maxBatchTokens(), options.maxSequences());
      return new CudaOperations(device, options.computedIn(), rows);
    } catch (RuntimeException | Error e) {
      device.close();
      throw e;
    }
  }

  static CudaDevice device(EngineOptions options) {
    return device(options, UnaryOperator.identity());
  }

  private static CudaDevice device(EngineOptions options, UnaryOperator<DeviceLimits> narrowing) {
    if (options.device().gpus().size() != 1) {
      throw new EngineException(
          ErrorCode.DEVICE_UNAVAILABLE,
          "device is " + options.device() + " but must be one GPU, such as cuda:0");
    }
    if (options.weights() == WeightFormat.INT8) {
      throw new EngineException(
          ErrorCode.DEVICE_UNAVAILABLE,
          "int8 weights are for the CPU: "
              + options.device()
              + " takes the weights of the checkpoint");
    }
    return CudaDevice.open(options.device().gpus().get(0), narrowing);
  }
}
