package dev.espalier.engine.cpu;

import dev.espalier.engine.model.Operations;

/**
 * Weights of a linear map, packed for the product: blocks of {@link FloatTile#COLUMNS} outputs, and
 * in a block all outputs of one input side by side, so that vector lanes are outputs and nothing is
 * ever summed across lanes.
 *
 * <p>The canonical order of every sum: inputs in chunks of {@link #CHUNK}, each chunk one chain of
 * fused multiply-adds from zero over ascending inputs, chunks added in ascending order. ({@link
 * Int8Matrix} has smaller chunks, each with a scale.)
 *
 * <p>A gated matrix has {@code COLUMNS / 2} outputs of gate and then the same ones of up in each
 * block.
 */
abstract class PackedMatrix implements Operations.Matrix {

  /** Inputs that one chain of multiply-adds spans. Part of every result. */
  static final int CHUNK = 512;

  private final int outputs;
  private final int inputs;
  private final boolean gated;
  private final float[] bias; // [blocks * COLUMNS] in the order of the columns, or null

  PackedMatrix(int outputs, int inputs, boolean gated, float[] bias) {
    this.outputs = outputs;
    this.inputs = inputs;
    this.gated = gated;
    this.bias = bias;
  }

  @Override
  public final int outputs() {
    return outputs;
  }

  @Override
  public final int inputs() {
    return inputs;
  }

  final boolean gated() {
    return gated;
  }

  /** Bias of all columns of all blocks, or null for none. */
  final float[] bias() {
    return bias;
  }

  final int blocks() {
    return blocks(outputs, gated);
  }

  /** Outputs of one block. */
  final int outputsPerBlock() {
    return outputsPerBlock(gated);
  }

  static int blocks(int outputs, boolean gated) {
    int perBlock = outputsPerBlock(gated);
    return (outputs + perBlock - 1) / perBlock;
  }

  static int outputsPerBlock(boolean gated) {
    return gated ? FloatTile.COLUMNS / 2 : FloatTile.COLUMNS;
  }

  /** Inputs with those that make them a multiple of what is read at a time; they have weights 0. */
  int paddedInputs() {
    return inputs;
  }

  /**
   * Equal parts in which the columns of a block can be multiplied; a power of two.
   *
   * @param one whether it is a single row
   */
  int columnParts(boolean one) {
    return 1;
  }

  /**
   * Columns of a block.
   *
   * @param first of them in the block
   * @param count a whole number of parts, see {@link #columnParts}
   */
  record Columns(int block, int first, int count) {
    int end() {
      return first + count;
    }
  }

  /**
   * Adds the products of tiles {@code begin} to {@code end - 1} with columns of a block to {@code
   * scratch.totals()}, {@code [rows of these tiles][COLUMNS]}, which is 0.
   */
  abstract void multiply(Columns columns, RowTiles rows, int begin, int end, Scratch scratch);

  /** Writes the weights of one output to {@code out} from {@code offset} on. */
  abstract void row(int output, float[] out, int offset);

  /** Working memory of one thread. */
  static final class Scratch {
    /** Most rows of the tiles of a call of {@link #multiply}. */
    static final int ROWS = 192;

    private final float[] totals = new float[ROWS * FloatTile.COLUMNS];
    private final float[] sums = new float[ROWS * FloatTile.COLUMNS];
    private final float[] weights = new float[Int8Matrix.GROUP * FloatTile.COLUMNS];
    private final Exponential exponential = new Exponential();

    float[] totals() {
      return totals;
    }

    /** Of the chunk at hand. */
    float[] sums() {
      return sums;
    }

    Exponential exponential() {
      return exponential;
    }

    /** Those of a group of {@link Int8Matrix}, unpacked. */
    float[] weights() {
      return weights;
    }
  }
}
