package dev.espalier.engine.cpu;

import static dev.espalier.engine.cpu.FloatTile.COLUMNS;
import static dev.espalier.engine.cpu.Lanes.COUNT;
import static dev.espalier.engine.cpu.Lanes.FLOATS;

import dev.espalier.engine.cpu.PackedMatrix.Columns;
import dev.espalier.engine.cpu.PackedMatrix.Scratch;
import dev.espalier.engine.model.GateFunction;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * Products of rows with a packed matrix, with what follows them. A task is a block of columns and
 * some tiles of rows. One product at a time.
 */
final class MatrixProduct {
  private static final int HALF = COLUMNS / 2;

  private final Workers workers;
  private final Scratch[] scratch;
  private final RowTiles tiles = new RowTiles();

  MatrixProduct(Workers workers) {
    this.workers = workers;
    this.scratch = new Scratch[workers.count()];
    Arrays.setAll(scratch, i -> new Scratch());
  }

  /**
   * {@code out = in * matrix + bias}; of a gated matrix, {@code function(gate) * up}.
   *
   * @param in rows from {@code inOffset} on, {@code inStride} apart
   * @param out rows {@code outStride} apart, which is {@link Lanes#align} of the outputs
   * @param function of a gated matrix, else null
   */
  void multiply(
      float[] in,
      int inOffset,
      int inStride,
      int rows,
      PackedMatrix matrix,
      GateFunction function,
      float[] out,
      int outStride) {
    tiles.begin(in, inOffset, inStride, rows, matrix.paddedInputs());
    int parts = function == null ? matrix.columnParts(tiles.isOne()) : 1;
    ProductTasks tasks = ProductTasks.of(matrix.blocks(), parts, tiles.tiles(), workers.count());
    int packs = tiles.toPack();
    // One loop for both: tasks begin in order, so that products wait for packing that goes on.
    workers.run(
        packs + tasks.count(matrix.blocks()),
        (index, worker) -> {
          if (index < packs) {
            tiles.pack(index);
            return;
          }
          tiles.awaitPacked();
          int task = (index - packs) / tasks.tileTasks();
          int begin = (index - packs) % tasks.tileTasks() * tasks.tilesPerTask();
          int end = Math.min(begin + tasks.tilesPerTask(), tiles.tiles());
          int first = tiles.firstRow(begin);
          int count = Math.min(tiles.firstRow(end), rows) - first;
          int width = COLUMNS / tasks.columnParts();
          Columns columns =
              new Columns(task / tasks.columnParts(), task % tasks.columnParts() * width, width);
          multiply(matrix, columns, begin, end, count, function, scratch[worker]);
          int column = columns.block() * matrix.outputsPerBlock() + columns.first();
          int outputs = Math.min(Math.min(width, matrix.outputsPerBlock()), outStride - column);
          float[] totals = scratch[worker].totals();
          for (int row = 0; row < count && outputs > 0; row++) {
            System.arraycopy(
                totals,
                row * COLUMNS + columns.first(),
                out,
                (first + row) * outStride + column,
                outputs);
          }
        });
  }

  private void multiply(
      PackedMatrix matrix,
      Columns columns,
      int begin,
      int end,
      int count,
      GateFunction function,
      Scratch work) {
    FloatSums.clear(work.totals(), tiles.firstRow(end) - tiles.firstRow(begin));
    matrix.multiply(columns, tiles, begin, end, work);
    addBias(matrix, columns.block(), work.totals(), count);
    if (function != null) {
      gate(function, work.totals(), count, work);
    }
  }

  private static void addBias(PackedMatrix matrix, int block, float[] totals, int rows) {
    float[] bias = matrix.bias();
    if (bias == null) {
      return;
    }
    for (int row = 0; row < rows; row++) {
      for (int j = 0; j < COLUMNS; j += COUNT) {
        int at = row * COLUMNS + j;
        FloatVector.fromArray(FLOATS, totals, at)
            .add(FloatVector.fromArray(FLOATS, bias, block * COLUMNS + j))
            .intoArray(totals, at);
      }
    }
  }

  /** The first half of each row of totals becomes {@code function(first half) * second half}. */
  static void gate(GateFunction function, float[] totals, int rows, Scratch scratch) {
    float[] gates = scratch.sums(); // [rows][HALF]
    switch (function) {
      case SILU -> {
        negate(totals, gates, rows);
        scratch.exponential().exp(gates, 0, rows * HALF);
        silu(totals, gates, rows);
      }
      case GELU_TANH -> {
        cubic(totals, gates, rows);
        scratch.exponential().tanh(gates, 0, rows * HALF);
        gelu(totals, gates, rows);
      }
    }
  }

  private static void negate(float[] totals, float[] gates, int rows) {
    for (int row = 0; row < rows; row++) {
      for (int j = 0; j < HALF; j += COUNT) {
        FloatVector.fromArray(FLOATS, totals, row * COLUMNS + j)
            .neg()
            .intoArray(gates, row * HALF + j);
      }
    }
  }

  /** {@code gate / (exp(-gate) + 1) * up}. */
  private static void silu(float[] totals, float[] exponentials, int rows) {
    for (int row = 0; row < rows; row++) {
      for (int j = 0; j < HALF; j += COUNT) {
        int at = row * COLUMNS + j;
        FloatVector divisor = FloatVector.fromArray(FLOATS, exponentials, row * HALF + j).add(1f);
        FloatVector.fromArray(FLOATS, totals, at)
            .div(divisor)
            .mul(FloatVector.fromArray(FLOATS, totals, at + HALF))
            .intoArray(totals, at);
      }
    }
  }

  /** {@code sqrt(2 / pi) * (gate + 0.044715 * gate^3)}. */
  private static void cubic(float[] totals, float[] gates, int rows) {
    for (int row = 0; row < rows; row++) {
      for (int j = 0; j < HALF; j += COUNT) {
        FloatVector gate = FloatVector.fromArray(FLOATS, totals, row * COLUMNS + j);
        gate.mul(gate)
            .mul(gate)
            .mul(0.044715f)
            .add(gate)
            .mul(0.7978846f)
            .intoArray(gates, row * HALF + j);
      }
    }
  }

  /** {@code 0.5 * gate * (tanh + 1) * up}. */
  private static void gelu(float[] totals, float[] tanhs, int rows) {
    for (int row = 0; row < rows; row++) {
      for (int j = 0; j < HALF; j += COUNT) {
        int at = row * COLUMNS + j;
        FloatVector tanh = FloatVector.fromArray(FLOATS, tanhs, row * HALF + j);
        FloatVector.fromArray(FLOATS, totals, at)
            .mul(0.5f)
            .mul(tanh.add(1f))
            .mul(FloatVector.fromArray(FLOATS, totals, at + HALF))
            .intoArray(totals, at);
      }
    }
  }
}
