package dev.espalier.engine.cuda;

import dev.espalier.engine.DeviceNames;
import dev.espalier.engine.EngineException;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.ErrorCode;
import dev.espalier.engine.WeightFormat;
import dev.espalier.engine.cuda.driver.CudaDevice;
import dev.espalier.engine.cuda.driver.DeviceLimits;
import dev.espalier.engine.model.Operations;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** The way to the operations on an NVIDIA GPU. */
public final class CudaBackend {
  private static final Pattern DEVICE = Pattern.compile("cuda:([0-9]{1,3})");

  private CudaBackend() {}

  /** Whether {@code device} names a GPU: {@code cuda:0}. */
  public static boolean accepts(String device) {
    return DEVICE.matcher(device).matches();
  }

  /**
   * The names of all GPUs of this machine.
   *
   * @throws EngineException DEVICE_UNAVAILABLE if there are none, or no driver to count them
   */
  public static List<String> devices() {
    int count = CudaDevice.count(DeviceNames.ALL_GPUS);
    if (count == 0) {
      throw new EngineException(
          ErrorCode.DEVICE_UNAVAILABLE, DeviceNames.ALL_GPUS + " names no GPU: there is none here");
    }
    return IntStream.range(0, count).mapToObj(gpu -> "cuda:" + gpu).toList();
  }

  /**
   * Makes sure that a GPU is in this machine; nothing is allocated on it.
   *
   * @throws EngineException DEVICE_UNAVAILABLE if it is not, or there is no driver to tell
   */
  public static void require(String device) {
    int count = CudaDevice.count(device);
    Matcher matcher = DEVICE.matcher(device);
    if (!matcher.matches() || Integer.parseInt(matcher.group(1)) >= count) {
      throw new EngineException(
          ErrorCode.DEVICE_UNAVAILABLE,
          device
              + " is not in this machine; "
              + (count == 0
                  ? "there is no GPU"
                  : count == 1 ? "there is cuda:0" : "there are cuda:0 to cuda:" + (count - 1)));
    }
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
    Matcher matcher = DEVICE.matcher(options.device());
    if (!matcher.matches()) {
      throw new EngineException(
          ErrorCode.DEVICE_UNAVAILABLE,
          "device is " + options.device() + " but must be cuda: and a number, such as cuda:0");
    }
    if (options.weights() == WeightFormat.INT8) {
      throw new EngineException(
          ErrorCode.DEVICE_UNAVAILABLE,
          "int8 weights are for the CPU: "
              + options.device()
              + " takes the weights of the checkpoint");
    }
    return CudaDevice.open(Integer.parseInt(matcher.group(1)), narrowing);
  }
}
