package dev.espalier.engine.cuda.driver;

/**
 * What a GPU and the code that was loaded for it can do: kernels are chosen and shaped by it, never
 * the order of their sums.
 *
 * @param capability compute capability, ten times the major number plus the minor one
 * @param multiprocessors of the GPU
 * @param blockShared most shared memory of one block, in bytes
 * @param multiprocessorShared shared memory of one multiprocessor, in bytes
 * @param wgmma whether there are matrix products on Hopper's own instructions
 * @param dependentLaunch whether kernels wait by themselves for the one before them, so that their
 *     launches may overlap
 */
public record DeviceLimits(
    int capability,
    int multiprocessors,
    int blockShared,
    int multiprocessorShared,
    boolean wgmma,
    boolean dependentLaunch) {

  /** The oldest compute capability that there is code for. */
  public static final int LEAST_CAPABILITY = 80;

  private static final int HOPPER = 90;
  // Of each block's shared memory, the driver keeps so much for itself.
  private static final int RESERVED_SHARED = 1024;

  /**
   * The limits of a GPU.
   *
   * @param code the architecture that the loaded kernels were compiled for: 90 is code for compute
   *     capability 9.0 alone, 80 the code for all others
   */
  public static DeviceLimits of(
      int capability, int code, int multiprocessors, int blockShared, int multiprocessorShared) {
    return new DeviceLimits(
        capability,
        multiprocessors,
        blockShared,
        multiprocessorShared,
        code == HOPPER,
        code >= HOPPER);
  }

  /** The same GPU without Hopper's matrix products. */
  public DeviceLimits withoutWgmma() {
    return new DeviceLimits(
        capability, multiprocessors, blockShared, multiprocessorShared, false, dependentLaunch);
  }

  /** The same GPU with at most so much shared memory. */
  public DeviceLimits withShared(int block, int multiprocessor) {
    return new DeviceLimits(
        capability,
        multiprocessors,
        Math.min(block, blockShared),
        Math.min(multiprocessor, multiprocessorShared),
        wgmma,
        dependentLaunch);
  }

  /** How many blocks with so much shared memory one multiprocessor has room for. */
  public int blocksEach(int sharedBytes) {
    return sharedBytes > blockShared ? 0 : multiprocessorShared / (sharedBytes + RESERVED_SHARED);
  }
}
