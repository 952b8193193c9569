package dev.espalier.engine.cpu;

import static dev.espalier.engine.cpu.FloatTile.COLUMNS;

/** Weights kept as bfloat16: one int for two consecutive inputs of an output. */
final class Bfloat16Matrix extends PackedMatrix {

  private final int pairs;
  private final int[][] blocks; // [block][pair * COLUMNS + column]

  Bfloat16Matrix(int outputs, int inputs, boolean gated, float[] bias, int[][] blocks) {
    super(outputs, inputs, gated, bias);
    this.pairs = evenInputs(inputs) / 2;
    this.blocks = blocks;
  }

  @Override
  void multiply(int block, RowTiles rows, int begin, int end, Scratch scratch) {
    int[] weights = blocks[block];
    for (int pair = 0; pair < pairs; pair += CHUNK / 2) {
      int count = Math.min(CHUNK / 2, pairs - pair);
      int w = pair * COLUMNS;
      if (rows.isOne()) {
        int a = rows.base(0) + 2 * pair;
        Bfloat16Tile.multiplyOne(rows.values(), a, weights, w, count, scratch.totals());
        continue;
      }
      for (int tile = begin; tile < end; tile++) {
        int a = rows.base(tile) + 2 * pair * rows.size();
        int t = (tile - begin) * rows.size() * COLUMNS;
        if (rows.size() == 4) {
          Bfloat16Tile.multiplyFour(rows.values(), a, weights, w, count, scratch.totals(), t);
        } else {
          Bfloat16Tile.multiplyEight(rows.values(), a, weights, w, count, scratch.totals(), t);
        }
      }
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
