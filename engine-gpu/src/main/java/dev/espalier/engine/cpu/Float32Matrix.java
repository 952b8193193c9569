package dev.espalier.engine.cpu;

import static dev.espalier.engine.cpu.FloatTile.COLUMNS;

/** Weights kept as float32. */
final class Float32Matrix extends PackedMatrix {

  /** Inputs whose weights all tiles read from a first-level cache, before the next ones. */
  private static final int PART = 128;

  private final float[][] blocks; // [block][input * COLUMNS + column]

  Float32Matrix(int outputs, int inputs, boolean gated, float[] bias, float[][] blocks) {
    super(outputs, inputs, gated, bias);
    this.blocks = blocks;
  }

  @Override
  void multiply(Columns columns, RowTiles rows, int begin, int end, Scratch scratch) {
    int count = rows.firstRow(end) - rows.firstRow(begin);
    for (int k = 0; k < inputs(); k += CHUNK) {
      int last = Math.min(k + CHUNK, inputs());
      FloatSums.clear(scratch.sums(), count);
      for (int part = k; part < last; part += PART) {
        rows.continueChains(
            begin,
            end,
            part,
            blocks[columns.block()],
            part * COLUMNS,
            Math.min(PART, last - part),
            scratch.sums());
      }
      FloatSums.add(scratch.sums(), scratch.totals(), count, 0, COLUMNS);
    }
  }

  @Override
  void row(int output, float[] out, int offset) {
    float[] weights = blocks[output / COLUMNS];
    int column = output % COLUMNS;
    for (int k = 0; k < inputs(); k++) {
      out[offset + k] = weights[k * COLUMNS + column];
    }
  }
}
