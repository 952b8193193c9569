package dev.espalier.engine.cpu;

import static dev.espalier.engine.cpu.FloatTile.COLUMNS;

/** Weights kept as bfloat16: one int for two consecutive inputs of an output. */
final class Bfloat16Matrix extends PackedMatrix {

  /** From here on it pays to unpack weights once for all rows. */
  private static final int ROWS_TO_UNPACK = 10;

  private final int pairs;
  private final int[][] blocks; // [block][pair * COLUMNS + column]

  Bfloat16Matrix(int outputs, int inputs, boolean gated, float[] bias, int[][] blocks) {
    super(outputs, inputs, gated, bias);
    this.pairs = evenInputs(inputs) / 2;
    this.blocks = blocks;
  }

  @Override
  void multiply(int block, float[] a, int offset, int stride, int rows, Scratch scratch) {
    if (rows < ROWS_TO_UNPACK) {
      multiplyFew(blocks[block], a, offset, stride, rows, scratch.totals());
    } else {
      multiplyMany(blocks[block], a, offset, stride, rows, scratch);
    }
  }

  private void multiplyFew(
      int[] weights, float[] a, int offset, int stride, int rows, float[] totals) {
    for (int pair = 0; pair < pairs; pair += CHUNK / 2) {
      int count = Math.min(CHUNK / 2, pairs - pair);
      int base = offset + 2 * pair;
      int w = pair * COLUMNS;
      if (rows == 1) {
        Bfloat16Tile.multiplyOne(a, base, weights, w, count, totals, 0);
        continue;
      }
      for (int row = 0; row < rows; row += Bfloat16Tile.ROWS) {
        // Rows past the end repeat the last one; their totals are not read.
        int last = rows - 1;
        Bfloat16Tile.multiplyFour(
            a,
            base + row * stride,
            base + Math.min(row + 1, last) * stride,
            base + Math.min(row + 2, last) * stride,
            base + Math.min(row + 3, last) * stride,
            weights,
            w,
            count,
            totals,
            row * COLUMNS);
      }
    }
  }

  private void multiplyMany(
      int[] weights, float[] a, int offset, int stride, int rows, Scratch scratch) {
    for (int pair = 0; pair < pairs; pair += CHUNK / 2) {
      int end = Math.min(pair + CHUNK / 2, pairs);
      FloatSums.clear(scratch.sums(), rows);
      for (int part = pair; part < end; part += Scratch.UNPACKED / 2) {
        int count = Math.min(Scratch.UNPACKED / 2, end - part);
        Bfloat16Tile.unpack(weights, part * COLUMNS, count, scratch.weights());
        FloatSums.continueChains(
            a, offset + 2 * part, stride, rows, scratch.weights(), 0, 2 * count, scratch.sums());
      }
      FloatSums.add(scratch.sums(), scratch.totals(), rows);
    }
  }

  @Override
  void row(int output, float[] out, int offset) {
    int[] weights = blocks[output / COLUMNS];
    int column = output % COLUMNS;
    for (int pair = 0; pair < pairs; pair++) {
      int both = weights[pair * COLUMNS + column];
      out[offset + 2 * pair] = Float.intBitsToFloat(both << 16);
      if (2 * pair + 1 < inputs()) {
        out[offset + 2 * pair + 1] = Float.intBitsToFloat(both & 0xffff0000);
      }
    }
  }
}
