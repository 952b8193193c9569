package dev.espalier.engine.cuda.driver;

import dev.espalier.engine.EngineException;
import dev.espalier.engine.ErrorCode;
import jcuda.driver.CUresult;

/** The one place where return codes of the driver become exceptions. */
public final class CudaCalls {

  private CudaCalls() {}

  /**
   * @param result what the driver returned
   * @param call the call, with the kernel or the bytes it was about
   * @throws EngineException OUT_OF_MEMORY, DEVICE_UNAVAILABLE before a context exists, DEVICE_LOST
   *     where the context is of no more use, else INTERNAL
   */
  public static void check(int result, String call) {
    if (result != CUresult.CUDA_SUCCESS) {
      throw new EngineException(code(result), message(result, call));
    }
  }

  public static String message(int result, String call) {
    return call
        + " failed with "
        + CUresult.stringFor(result)
        + " ("
        + result
        + ")"
        + remedy(result);
  }

  /** A fault of a kernel is only found out by a later call. */
  private static String remedy(int result) {
    return switch (result) {
      case CUresult.CUDA_ERROR_ILLEGAL_ADDRESS,
          CUresult.CUDA_ERROR_ASSERT,
          CUresult.CUDA_ERROR_HARDWARE_STACK_ERROR,
          CUresult.CUDA_ERROR_ILLEGAL_INSTRUCTION,
          CUresult.CUDA_ERROR_MISALIGNED_ADDRESS,
          CUresult.CUDA_ERROR_INVALID_ADDRESS_SPACE,
          CUresult.CUDA_ERROR_INVALID_PC,
          CUresult.CUDA_ERROR_LAUNCH_FAILED ->
          ": a kernel queued before it is at fault; to find it, run the kernels under"
              + " compute-sanitizer with infra/gpu-sanitize.sh";
      default -> "";
    };
  }

  public static ErrorCode code(int result) {
    return switch (result) {
      case CUresult.CUDA_ERROR_OUT_OF_MEMORY -> ErrorCode.OUT_OF_MEMORY;
      case CUresult.CUDA_ERROR_NOT_INITIALIZED,
          CUresult.CUDA_ERROR_STUB_LIBRARY,
          CUresult.CUDA_ERROR_DEVICE_UNAVAILABLE,
          CUresult.CUDA_ERROR_NO_DEVICE,
          CUresult.CUDA_ERROR_INVALID_DEVICE,
          CUresult.CUDA_ERROR_SYSTEM_NOT_READY,
          CUresult.CUDA_ERROR_SYSTEM_DRIVER_MISMATCH,
          CUresult.CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE,
          CUresult.CUDA_ERROR_NO_BINARY_FOR_GPU ->
          ErrorCode.DEVICE_UNAVAILABLE;
      case CUresult.CUDA_ERROR_ECC_UNCORRECTABLE,
          CUresult.CUDA_ERROR_NVLINK_UNCORRECTABLE,
          CUresult.CUDA_ERROR_CONTEXT_IS_DESTROYED,
          CUresult.CUDA_ERROR_ILLEGAL_ADDRESS,
          CUresult.CUDA_ERROR_LAUNCH_TIMEOUT,
          CUresult.CUDA_ERROR_ASSERT,
          CUresult.CUDA_ERROR_HARDWARE_STACK_ERROR,
          CUresult.CUDA_ERROR_ILLEGAL_INSTRUCTION,
          CUresult.CUDA_ERROR_MISALIGNED_ADDRESS,
          CUresult.CUDA_ERROR_INVALID_ADDRESS_SPACE,
          CUresult.CUDA_ERROR_INVALID_PC,
          CUresult.CUDA_ERROR_LAUNCH_FAILED,
          CUresult.CUDA_ERROR_UNKNOWN ->
          ErrorCode.DEVICE_LOST;
      default -> ErrorCode.INTERNAL;
    };
  }
}
