package dev.espalier.engine.cuda;

import dev.espalier.engine.model.GateFunction;

/**
 * Launches matrix products. Which kernel runs depends on the number of tokens; all of them reduce
 * in the canonical order of {@code project_split.cu}, so it does not enter the result.
 */
final class MatrixProducts {
  /** Most tokens of each kernel for few tokens, ascending. */
  private static final int[] FEW = {8, 16, 32, 64, 128, 192, 256};

  private static final int FEW_THREADS = 288;
  private static final int MANY_THREADS = 384;
  private static final int TILE_TOKENS = 128;
  // Beyond so many tokens the tiled kernels are faster: measured.
  private static final int MOST_WHOLE = 192;
  private static final int MOST_PARTIAL = 256;

  private static final int OUTPUT_ROWS = 0;
  private static final int OUTPUT_LOGITS = 1;
  private static final int OUTPUT_GATED = 2;

  private final CudaDevice device;
  private final Arguments arguments = new Arguments();
  private final Kernel[] whole = new Kernel[FEW.length];
  private final Kernel[] partial = new Kernel[FEW.length];
  private final Kernel single;
  private final Kernel chunked;
  private DeviceBuffer sums;

  MatrixProducts(CudaDevice device) {
    this.device = device;
    for (int i = 0; i < FEW.length; i++) {
      int shared = fewSharedBytes(FEW[i]);
      whole[i] = device.kernel("project_split_" + FEW[i], FEW_THREADS, shared);
      partial[i] = device.kernel("project_part_" + FEW[i], FEW_THREADS, shared);
    }
    single = device.kernel("project_tiled_single", MANY_THREADS, tiledSharedBytes(256));
    chunked = device.kernel("project_tiled_chunked", MANY_THREADS, tiledSharedBytes(192));
  }

  /** As SplitShape in project_split.cu. */
  static int fewSharedBytes(int tokens) {
    int stage = (PanelMatrix.TILE + tokens) * Panels.ROW_BYTES;
    int budget = tokens <= 64 ? 104 * 1024 : 210 * 1024;
    int stages = Math.min(8, budget / stage);
    int sums = tokens * (PanelMatrix.TILE + 4) * Float.BYTES;
    return Math.max(stages * stage, sums) + 1024;
  }

  /** As TiledShape in project_tiled.cu. */
  static int tiledSharedBytes(int width) {
    int stages = width == 256 ? 4 : 5;
    return stages * (TILE_TOKENS + width) * Panels.ROW_BYTES + 1024;
  }

  /** Makes room for partial sums of matrices with so many rows. */
  void reserve(int matrixRows) {
    long bytes = (long) PanelMatrix.MOST_CHUNKS * MOST_PARTIAL * matrixRows * Float.BYTES;
    sums = device.allocate(bytes, "partial sums");
  }

  /**
   * {@code out = in * matrix + bias}, bfloat16, row-major with {@code matrix.outputs} columns.
   *
   * @return what to add up instead of reading {@code out}, valid until the next product; null if
   *     {@code out} was written
   */
  PartialSums rows(DeviceBuffer in, int inRows, PanelMatrix matrix, int tokens, DeviceBuffer out) {
    if (matrix.chunks() == 1 || tokens > MOST_PARTIAL) {
      launch(in, inRows, matrix, tokens, out, OUTPUT_ROWS, 0, matrix.outputs(), 0);
      return null;
    }
    arguments(in, inRows, matrix, tokens, sums, OUTPUT_ROWS, 0, matrix.rows(), 0);
    partial[size(tokens)].launch(matrix.chunks(), matrix.rows() / PanelMatrix.TILE, arguments);
    return new PartialSums(sums, matrix.bias(), matrix.chunks(), tokens, matrix.rows());
  }

  /** {@code out = function(in * gate + bias) * (in * up + bias)} in panels of {@code outRows}. */
  void gated(
      DeviceBuffer in,
      int inRows,
      PanelMatrix matrix,
      GateFunction function,
      int tokens,
      DeviceBuffer out,
      int outRows) {
    int gate =
        switch (function) {
          case SILU -> 0;
          case GELU_TANH -> 1;
        };
    launch(in, inRows, matrix, tokens, out, OUTPUT_GATED, gate, outRows, 0);
  }

  /** Soft-capped logits, float32, row-major. */
  void logits(
      DeviceBuffer in,
      int inRows,
      PanelMatrix matrix,
      int tokens,
      float softCap,
      DeviceBuffer out) {
    launch(in, inRows, matrix, tokens, out, OUTPUT_LOGITS, 0, matrix.outputs(), softCap);
  }

  private void launch(
      DeviceBuffer in,
      int inRows,
      PanelMatrix matrix,
      int tokens,
      DeviceBuffer out,
      int output,
      int gate,
      int stride,
      float softCap) {
    arguments(in, inRows, matrix, tokens, out, output, gate, stride, softCap);
    if (matrix.chunks() > 1) {
      chunked.launch(device.multiprocessors(), 1, arguments);
    } else if (tokens <= MOST_WHOLE) {
      whole[size(tokens)].launch(1, matrix.rows() / PanelMatrix.TILE, arguments);
    } else {
      single.launch(device.multiprocessors(), 1, arguments);
    }
  }

  private static int size(int tokens) {
    int size = 0;
    while (FEW[size] < tokens) {
      size++;
    }
    return size;
  }

  private void arguments(
      DeviceBuffer in,
      int inRows,
      PanelMatrix matrix,
      int tokens,
      DeviceBuffer out,
      int output,
      int gate,
      int stride,
      float softCap) {
    arguments
        .begin()
        .add(matrix.weights())
        .add(matrix.rows())
        .add(in)
        .add(inRows)
        .add(matrix.panels())
        .add(matrix.chunkPanels())
        .add(tokens)
        .addStructure()
        .field(out)
        .field(matrix.bias())
        .field(output)
        .field(gate)
        .field(matrix.products())
        .field(stride)
        .field(softCap);
  }
}
