package dev.espalier.engine.cuda;

/**
 * A share of one layer's attention, as {@code AttentionItem} in attention.cuh: queries that look at
 * the same pages.
 *
 * @param slice whose pages are read
 * @param firstRow where its rows begin in the plan's row list
 * @param rowCount rows in the list
 * @param firstSplit first split of positions that it walks
 * @param endSplit after the last one
 * @param keys positions from here on are not read
 * @param partial whether sums are left to be merged: of an item from split 0 on one for all its
 *     splits, where the kernels {@linkplain AttentionPlanner fold}; else one for each split
 */
record AttentionItem(
    int slice,
    int firstRow,
    int rowCount,
    int firstSplit,
    int endSplit,
    int keys,
    boolean partial) {

  /** Ints of one item on the device. */
  static final int INTS = 8;

  /** The part of it that walks some of its splits. */
  AttentionItem part(int first, int end) {
    return new AttentionItem(slice, firstRow, rowCount, first, end, keys, true);
  }

  int splits() {
    return endSplit - firstSplit;
  }
}
