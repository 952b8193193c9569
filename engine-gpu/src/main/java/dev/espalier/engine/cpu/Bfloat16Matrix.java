package dev.espalier.engine.cpu;

import static dev.espalier.engine.cpu.FloatTile.COLUMNS;
import static dev.espalier.engine.cpu.Lanes.COUNT;

/** Weights kept as bfloat16: one int for an input of two outputs, see {@link Bfloat16Tile}. */
final class Bfloat16Matrix extends PackedMatrix {
  private static final int GROUP = 2 * COUNT;

  private final int[][] blocks; // [block][group][input][COUNT]

  Bfloat16Matrix(int outputs, int inputs, boolean gated, float[] bias, int[][] blocks) {
    super(outputs, inputs, gated, bias);
    this.blocks = blocks;
  }

  /** Ints of a block. */
  static int blockLength(int inputs) {
    return inputs * COLUMNS / 2;
  }

  /** Where an input of a column lies in a block; see {@link #high} for the half. */
  static int at(int column, int input, int inputs) {
    return (column / GROUP * inputs + input) * COUNT + column % COUNT;
  }

  /** Whether a column has the high half of its int. */
  static boolean high(int column) {
    return column % GROUP >= COUNT;
  }

  @Override
  int columnParts(boolean one) {
    return COLUMNS / (one ? 2 * GROUP : GROUP);
  }

  @Override
  void multiply(Columns columns, RowTiles rows, int begin, int end, Scratch scratch) {
    if (rows.isOne()) {
      for (int column = columns.first(); column < columns.end(); column += 2 * GROUP) {
        multiplyOne(columns.block(), rows, column, scratch);
      }
      return;
    }
    int count = rows.firstRow(end) - rows.firstRow(begin);
    // Group by group, so that the weights of a block are read from its first to its last.
    for (int column = columns.first(); column < columns.end(); column += GROUP) {
      for (int input = 0; input < inputs(); input += CHUNK) {
        int chunk = Math.min(CHUNK, inputs() - input);
        multiply(columns.block(), rows, begin, end, input, chunk, column, scratch.sums());
        FloatSums.add(scratch.sums(), scratch.totals(), count, column, GROUP);
      }
    }
  }

  /** Two groups of columns of the one row. */
  private void multiplyOne(int block, RowTiles rows, int column, Scratch scratch) {
    for (int input = 0; input < inputs(); input += CHUNK) {
      Bfloat16Tile.multiplyOne(
          rows.values(),
          rows.base(0) + input,
          blocks[block],
          at(column, input, inputs()),
          inputs() * COUNT,
          Math.min(CHUNK, inputs() - input),
          scratch.sums(),
          column);
      FloatSums.add(scratch.sums(), scratch.totals(), 1, column, 2 * GROUP);
    }
  }

  /** A chunk of one group of columns, whose weights stay in a first-level cache. */
  private void multiply(
      int block,
      RowTiles rows,
      int begin,
      int end,
      int input,
      int chunk,
      int column,
      float[] sums) {
    int[] weights = blocks[block];
    int w = at(column, input, inputs());
    for (int tile = begin; tile < end; tile++) {
      int a = rows.base(tile) + input * rows.size(tile);
      int s = (rows.firstRow(tile) - rows.firstRow(begin)) * COLUMNS + column;
      switch (rows.size(tile)) {
        case 4 -> Bfloat16Tile.multiplyFour(rows.values(), a, weights, w, chunk, sums, s);
        case 6 -> Bfloat16Tile.multiplySix(rows.values(), a, weights, w, chunk, sums, s);
        default -> Bfloat16Tile.multiplyEight(rows.values(), a, weights, w, chunk, sums, s);
      }
    }
  }

  @Override
  void row(int output, float[] out, int offset) {
    int[] weights = blocks[output / COLUMNS];
    int column = output % COLUMNS;
    int shift = high(column) ? 0 : 16;
    for (int k = 0; k < inputs(); k++) {
      int both = weights[at(column, k, inputs())];
      out[offset + k] = Float.intBitsToFloat(both << shift & 0xffff0000);
    }
  }
}
