package dev.espalier.engine.cuda;

import dev.espalier.engine.EngineException;
import dev.espalier.engine.ErrorCode;
import dev.espalier.engine.cuda.driver.DeviceLimits;

/**
 * The kernels that attend for heads of one size, and how many tiles of keys and values they hold in
 * shared memory: as many as the GPU has room for. The order of sums does not depend on it.
 *
 * @param columns of the kernels: the head's, rounded up to a size that there is
 * @param few for few queries
 * @param many for many queries
 * @param wgmma whether those for many queries are Hopper's
 */
record AttentionShape(int columns, Ring few, Ring many, boolean wgmma) {
  /** Largest head that there are kernels for. */
  static final int MOST_HEAD_SIZE = 256;

  private static final int TILE_KEYS = 64;
  private static final int FEW_ROWS = 16;
  private static final int MANY_ROWS = 64;
  private static final int MOST_FEW_STAGES = 3;
  private static final int MOST_MANY_STAGES = 2;
  private static final int MOST_BLOCKS = 2;
  // As ManyWgmmaShape in attend_many_wgmma.cu.
  private static final int WGMMA_COLUMNS = 128; // at most
  private static final int WGMMA_STAGES = 3;
  private static final int WGMMA_ALIGNMENT = 1024;
  // Declared in attend_few.cu: maxima of warps (fp32), and lines of softmax weights (bf16).
  private static final int FEW_STATIC_BYTES =
      2 * 4 * FEW_ROWS * Float.BYTES + FEW_ROWS * 72 * Short.BYTES;

  /**
   * Stages of one kernel.
   *
   * @param stages tiles in shared memory
   * @param sharedBytes dynamic shared memory of a block
   * @param blocksEach blocks on one multiprocessor
   */
  record Ring(int stages, int sharedBytes, int blocksEach) {}

  /**
   * The shape for heads of {@code headSize}.
   *
   * @throws EngineException DEVICE_UNAVAILABLE if the GPU has not enough shared memory
   */
  static AttentionShape of(int headSize, DeviceLimits limits) {
    int columns = 64;
    while (columns < headSize) {
      columns *= 2;
    }
    Ring few = ring(columns, FEW_ROWS, FEW_STATIC_BYTES, 1, MOST_FEW_STAGES, limits);
    int wgmmaBytes = bytes(columns, MANY_ROWS, WGMMA_STAGES) + WGMMA_ALIGNMENT;
    int wgmmaBlocks = Math.min(MOST_BLOCKS, limits.blocksEach(wgmmaBytes));
    if (limits.wgmma() && columns <= WGMMA_COLUMNS && wgmmaBlocks > 0) {
      return new AttentionShape(
          columns, few, new Ring(WGMMA_STAGES, wgmmaBytes, wgmmaBlocks), true);
    }
    int leastStages = columns > 128 ? 1 : 2;
    Ring many = ring(columns, MANY_ROWS, 0, leastStages, MOST_MANY_STAGES, limits);
    return new AttentionShape(columns, few, many, false);
  }

  private static int bytes(int columns, int rows, int stages) {
    return (rows + stages * 2 * TILE_KEYS) * columns * Short.BYTES;
  }

  /** The most tiles on a multiprocessor, and among equals the most in a block. */
  private static Ring ring(
      int columns,
      int rows,
      int staticBytes,
      int leastStages,
      int mostStages,
      DeviceLimits limits) {
    Ring best = null;
    for (int stages = mostStages; stages >= leastStages; stages--) {
      int bytes = bytes(columns, rows, stages);
      int blocks = Math.min(MOST_BLOCKS, limits.blocksEach(bytes + staticBytes));
      if (blocks > 0 && (best == null || stages * blocks > best.stages() * best.blocksEach())) {
        best = new Ring(stages, bytes, blocks);
      }
    }
    if (best == null) {
      throw new EngineException(
          ErrorCode.DEVICE_UNAVAILABLE,
          "attention with heads of "
              + columns
              + " values needs "
              + (bytes(columns, rows, leastStages) + staticBytes)
              + " bytes of shared memory a block, and this GPU has "
              + limits.blockShared());
    }
    return best;
  }
}
