package dev.espalier.engine.cpu;

import static dev.espalier.engine.cpu.FloatTile.COLUMNS;
import static dev.espalier.engine.cpu.Lanes.COUNT;
import static dev.espalier.engine.cpu.Lanes.FLOATS;

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

  /** A block's weights are read by no more tasks than this. */
  private static final int MOST_PARTS = 8;

  /** Reading weights once more has its price: the time must fall at least to this. */
  private static final int WORTH_PERCENT = 95;

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
    tiles.fill(in, inOffset, inStride, rows, matrix.paddedInputs(), workers);
    int tilesPerTask = tilesPerTask(matrix.blocks(), tiles.tiles(), workers.count());
    int tileTasks = (tiles.tiles() + tilesPerTask - 1) / tilesPerTask;
    workers.run(
        matrix.blocks() * tileTasks,
        (index, worker) -> {
          int block = index / tileTasks;
          int begin = index % tileTasks * tilesPerTask;
          int end = Math.min(begin + tilesPerTask, tiles.tiles());
          int first = tiles.firstRow(begin);
          int count = Math.min(tiles.firstRow(end), rows) - first;
          float[] totals = scratch[worker].totals();
          FloatSums.clear(totals, tiles.firstRow(end) - first);
          matrix.multiply(block, tiles, begin, end, scratch[worker]);
          addBias(matrix, block, totals, count);
          int column = block * matrix.outputsPerBlock();
          int width = Math.min(matrix.outputsPerBlock(), outStride - column);
          if (function != null) {
            gate(function, totals, count, scratch[worker]);
          }
          for (int row = 0; row < count; row++) {
            int target = (first + row) * outStride + column;
            System.arraycopy(totals, row * COLUMNS, out, target, width);
          }
        });
  }

  /**
   * As many as share the reading of the weights; fewer where blocks alone would leave threads
   * without work at the end.
   */
  static int tilesPerTask(int blocks, int tiles, int threads) {
    int best = Math.min(tiles, Scratch.ROWS / Tiling.LARGE);
    long least = time(blocks, tiles, threads, best);
    for (int parts = 2; parts <= MOST_PARTS; parts++) {
      int some = (tiles + parts - 1) / parts;
      long time = time(blocks, tiles, threads, some);
      if (some < best && 100 * time < WORTH_PERCENT * least) {
        best = some;
        least = time;
      }
    }
    return best;
  }

  /** How many tiles the thread with the most tasks has to do. */
  private static long time(int blocks, int tiles, int threads, int tilesPerTask) {
    long tasks = (long) blocks * ((tiles + tilesPerTask - 1) / tilesPerTask);
    return (tasks + threads - 1) / threads * tilesPerTask;
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
