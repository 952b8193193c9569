package dev.espalier.engine.cuda.driver;

import static dev.espalier.engine.cuda.driver.CudaCalls.check;

import jcuda.driver.CUfunction_attribute;
import jcuda.driver.JCudaDriver;

/**
 * A kernel with the launch settings that never change.
 *
 * @param threads of a block
 * @param sharedBytes dynamic shared memory of a block
 */
public record Kernel(
    String name,
    KernelLauncher.FunctionHandle function,
    KernelLauncher launcher,
    int threads,
    int sharedBytes) {

  // With what the kernel declares itself.
  private static final int DEFAULT_SHARED_LIMIT = 48 * 1024;

  /** Raises the limit of shared memory where the kernel needs more. */
  public Kernel {
    if (sharedBytes > 0 && sharedBytes + declaredBytes(name, function) > DEFAULT_SHARED_LIMIT) {
      check(
          JCudaDriver.cuFuncSetAttribute(
              function,
              CUfunction_attribute.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES,
              sharedBytes),
          "cuFuncSetAttribute of " + sharedBytes + " bytes of shared memory for " + name);
    }
  }

  private static int declaredBytes(String name, KernelLauncher.FunctionHandle function) {
    int[] bytes = new int[1];
    check(
        JCudaDriver.cuFuncGetAttribute(
            bytes, CUfunction_attribute.CU_FUNC_ATTRIBUTE_SHARED_SIZE_BYTES, function),
        "cuFuncGetAttribute of " + name);
    return bytes[0];
  }

  /** The same kernel with so much dynamic shared memory, at least what it has now. */
  public Kernel withShared(int bytes) {
    return new Kernel(name, function, launcher, threads, bytes);
  }

  public void launch(int gridX, int gridY, Arguments arguments) {
    launch(gridX, gridY, sharedBytes, arguments);
  }

  /**
   * @param shared dynamic shared memory of a block, at most {@link #sharedBytes}
   */
  public void launch(int gridX, int gridY, int shared, Arguments arguments) {
    launcher.launch(this, gridX, gridY, shared, arguments);
  }
}
