package dev.espalier.engine.cpu;

import static dev.espalier.engine.cpu.FloatTile.COLUMNS;

import java.util.Arrays;

/**
 * Weights quantised to 8 bits in groups of {@link #GROUP} inputs of an output: {@code weight =
 * scale * integer}, symmetric, the largest magnitude of the group being 127.
 *
 * <p>The canonical order: a chain over the integers of a group from zero; the groups, each times
 * its scale, chained by fused multiply-adds in ascending order.
 */
final class Int8Matrix extends PackedMatrix {

  /** Inputs that share a scale. Part of every result. */
  static final int GROUP = 64;

  private static final int QUADS = GROUP / 4;
  private static final int ZEROS = 0x80808080; // Int8Tile.ZERO in each byte

  private final Block[] blocks;

  Int8Matrix(int outputs, int inputs, boolean gated, float[] bias, Block[] blocks) {
    super(outputs, inputs, gated, bias);
    this.blocks = blocks;
  }

  /**
   * The weights of a block.
   *
   * @param weights {@code [ceil(inputs / 4)][COLUMNS]}, four inputs in an int
   * @param scales {@code [ceil(inputs / GROUP)][COLUMNS]}
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Block(int[] weights, float[] scales) {

    /**
     * @param values {@code [inputs][COLUMNS]}
     */
    static Block quantize(float[] values) {
      int inputs = values.length / COLUMNS;
      int[] weights = new int[(inputs + 3) / 4 * COLUMNS];
      Arrays.fill(weights, ZEROS);
      float[] scales = new float[(inputs + GROUP - 1) / GROUP * COLUMNS];
      for (int begin = 0; begin < inputs; begin += GROUP) {
        int end = Math.min(begin + GROUP, inputs);
        for (int j = 0; j < COLUMNS; j++) {
          float largest = 0;
          for (int k = begin; k < end; k++) {
            largest = Math.max(largest, Math.abs(values[k * COLUMNS + j]));
          }
          float scale = largest / 127;
          scales[begin / GROUP * COLUMNS + j] = scale;
          for (int k = begin; k < end && scale > 0; k++) {
            int quantized = Math.round(values[k * COLUMNS + j] / scale);
            // From ZERO to ZERO + quantized: no byte overflows into the next.
            weights[k / 4 * COLUMNS + j] += quantized << (k % 4 * 8);
          }
        }
      }
      return new Block(weights, scales);
    }

    private int quads() {
      return weights.length / COLUMNS;
    }
  }

  @Override
  int paddedInputs() {
    return (inputs() + 3) / 4 * 4;
  }

  @Override
  void multiply(Columns columns, RowTiles rows, int begin, int end, Scratch scratch) {
    Block packed = blocks[columns.block()];
    int rowCount = rows.isOne() ? 1 : rows.firstRow(end) - rows.firstRow(begin);
    for (int quad = 0, s = 0; quad < packed.quads(); quad += QUADS, s += COLUMNS) {
      int count = Math.min(QUADS, packed.quads() - quad);
      int w = quad * COLUMNS;
      Int8Tile.unpack(packed.weights, w, count, scratch.weights());
      FloatSums.clear(scratch.sums(), rowCount);
      rows.continueChains(begin, end, 4 * quad, scratch.weights(), 0, 4 * count, scratch.sums());
      Int8Tile.addScaled(scratch.sums(), packed.scales, s, scratch.totals(), rowCount);
    }
  }

  @Override
  void row(int output, float[] out, int offset) {
    Block packed = blocks[output / COLUMNS];
    int column = output % COLUMNS;
    for (int k = 0; k < inputs(); k++) {
      int quantized =
          (packed.weights[k / 4 * COLUMNS + column] >>> (k % 4 * 8) & 0xff) - Int8Tile.ZERO;
      out[offset + k] = quantized * packed.scales[k / GROUP * COLUMNS + column];
    }
  }
}
