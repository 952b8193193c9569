package dev.espalier.engine.cpu;

import static dev.espalier.engine.cpu.FloatTile.COLUMNS;

/** Weights kept as float32. */
final class Float32Matrix extends PackedMatrix {
  private final float[][] blocks; // [block][input * COLUMNS + column]

  Float32Matrix(int outputs, int inputs, boolean gated, float[] bias, float[][] blocks) {
    super(outputs, inputs, gated, bias);
    this.blocks = blocks;
  }

  @Override
  void multiply(int block, float[] a, int offset, int stride, int rows, Scratch scratch) {
    int inputs = evenInputs(inputs());
    for (int k = 0; k < inputs; k += CHUNK) {
      int end = Math.min(k + CHUNK, inputs);
      FloatSums.clear(scratch.sums(), rows);
      for (int part = k; part < end; part += Scratch.UNPACKED) {
        int count = Math.min(Scratch.UNPACKED, end - part);
        FloatSums.continueChains(
            a, offset + part, stride, rows, blocks[block], part * COLUMNS, count, scratch.sums());
      }
      FloatSums.add(scratch.sums(), scratch.totals(), rows);
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
