package dev.espalier.engine.cpu;

import dev.espalier.engine.cpu.PackedMatrix.Scratch;

/**
 * How a product is divided among threads: each block of columns into equal parts, and the tiles of
 * rows into runs.
 *
 * @param columnParts of each block
 * @param tilesPerTask tiles of a run; the last one may have fewer
 * @param tileTasks runs
 */
record ProductTasks(int columnParts, int tilesPerTask, int tileTasks) {

  /** A block's weights are read by no more runs than this. */
  private static final int MOST_RUNS = 8;

  /** Reading rows once more has its price: the time must fall at least to this. */
  private static final int WORTH_PERCENT_OF_COLUMNS = 98;

  /** Reading weights once more has a higher one. */
  private static final int WORTH_PERCENT_OF_ROWS = 95;

  /**
   * As few as there can be, unless threads would be left without work at the end.
   *
   * @param mostColumnParts of a block, a power of two
   */
  static ProductTasks of(int blocks, int mostColumnParts, int tiles, int threads) {
    ProductTasks best = with(1, tiles, Math.min(tiles, Scratch.ROWS / Tiling.LARGE));
    double least = best.time(blocks, threads);
    for (int columnParts = 2; columnParts <= mostColumnParts; columnParts *= 2) {
      ProductTasks other = with(columnParts, tiles, best.tilesPerTask);
      double time = other.time(blocks, threads);
      if (100 * time < WORTH_PERCENT_OF_COLUMNS * least) {
        best = other;
        least = time;
      }
    }
    int columnParts = best.columnParts;
    for (int runs = 2; runs <= MOST_RUNS; runs++) {
      ProductTasks other = with(columnParts, tiles, (tiles + runs - 1) / runs);
      double time = other.time(blocks, threads);
      if (other.tilesPerTask < best.tilesPerTask && 100 * time < WORTH_PERCENT_OF_ROWS * least) {
        best = other;
        least = time;
      }
    }
    return best;
  }

  private static ProductTasks with(int columnParts, int tiles, int tilesPerTask) {
    return new ProductTasks(columnParts, tilesPerTask, (tiles + tilesPerTask - 1) / tilesPerTask);
  }

  /** Tasks of all blocks. */
  int count(int blocks) {
    return blocks * columnParts * tileTasks;
  }

  /** Tiles of whole blocks that the thread with the most tasks has to do. */
  private double time(int blocks, int threads) {
    int rounds = (count(blocks) + threads - 1) / threads;
    return (double) rounds * tilesPerTask / columnParts;
  }
}
