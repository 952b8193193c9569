package dev.espalier.engine.cpu;

import static dev.espalier.engine.cpu.Lanes.COUNT;

/**
 * How rows are divided into tiles, each of which stays in registers with two vectors of columns:
 * large ones, and small ones behind them.
 *
 * <p>4 rows make 8 chains of multiply-adds, just as many as hide the latency of one; 6 make 12,
 * which with the weights and the value of a row fill the 16 registers of AVX2, and run 8 % faster.
 * 8 fit the 32 of AVX-512, whose units for multiply-adds also widen the weights: the more rows, the
 * less often.
 *
 * @param large rows of a large tile
 * @param larges how many there are
 * @param smalls how many small ones there are
 */
record Tiling(int large, int larges, int smalls) {

  /** Rows of a small tile. */
  static final int SMALL = 4;

  /** Rows of a large tile of a product on this machine. */
  static final int LARGE = COUNT == 16 ? 8 : 6;

  /** Time that a row of a small tile takes, in percent of one of a large tile. */
  private static final int PERCENT_OF_SMALL = COUNT == 16 ? 120 : 108;

  /** The tiles in which {@code rows} rows take the least time. */
  static Tiling of(int rows, int large) {
    Tiling best = null;
    long least = Long.MAX_VALUE;
    int full = rows / large;
    for (int larges = Math.max(0, full - 2); larges <= full + 1; larges++) {
      int left = Math.max(0, rows - larges * large);
      int smalls = (left + SMALL - 1) / SMALL;
      long time = 100L * larges * large + (long) PERCENT_OF_SMALL * smalls * SMALL;
      if (time < least) {
        least = time;
        best = new Tiling(large, larges, smalls);
      }
    }
    return best;
  }

  int tiles() {
    return larges + smalls;
  }

  /** Rows of a tile. */
  int size(int tile) {
    return tile < larges ? large : SMALL;
  }

  /** The first row of a tile; of {@link #tiles}, the rows of all. */
  int firstRow(int tile) {
    int before = Math.min(tile, larges);
    return before * large + (tile - before) * SMALL;
  }
}
