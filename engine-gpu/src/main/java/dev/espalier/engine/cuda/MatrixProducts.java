package dev.espalier.engine.cuda;

import dev.espalier.engine.cuda.driver.Arguments;
import dev.espalier.engine.cuda.driver.CudaDevice;
import dev.espalier.engine.cuda.driver.DeviceArena;
import dev.espalier.engine.cuda.driver.DeviceBuffer;
import dev.espalier.engine.model.GateFunction;

/** Launches matrix products. */
final class MatrixProducts {
  // An Output of epilogue.cuh.
  static final int OUTPUT_ROWS = 0;
  static final int OUTPUT_LOGITS = 1;
  static final int OUTPUT_GATED = 2;

  private final ProductKernels kernels;
  private final Arguments arguments = new Arguments();
  private DeviceBuffer sums;

  MatrixProducts(CudaDevice device) {
    this(device.limits().wgmma() ? new HopperProducts(device) : new PortableProducts(device));
  }

  MatrixProducts(ProductKernels kernels) {
    this.kernels = kernels;
  }

  /** Makes room for partial sums of matrices with so many rows. */
  void reserve(int matrixRows, DeviceArena workspace) {
    long bytes = (long) PanelMatrix.MOST_CHUNKS * kernels.mostPartial() * matrixRows * Float.BYTES;
    sums = workspace.reserve(bytes, "partial sums");
  }

  /**
   * {@code out = in * matrix + bias}, bfloat16, row-major with {@code matrix.outputs} columns.
   *
   * @return what to add up instead of reading {@code out}, valid until the next product; null if
   *     {@code out} was written
   */
  PartialSums rows(DeviceBuffer in, int inRows, PanelMatrix matrix, int tokens, DeviceBuffer out) {
    if (matrix.chunks() == 1 || !kernels.prefersPartial(matrix, tokens)) {
      launch(in, inRows, matrix, tokens, out, OUTPUT_ROWS, 0, matrix.outputs(), 0);
      return null;
    }
    arguments(in, inRows, matrix, tokens, sums, OUTPUT_ROWS, 0, matrix.rows(), 0);
    kernels.partial(matrix, tokens, arguments);
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
    launch(in, inRows, matrix, tokens, out, OUTPUT_GATED, gate(function), outRows, 0);
  }

  /** A Gate of epilogue.cuh. */
  static int gate(GateFunction function) {
    return switch (function) {
      case SILU -> 0;
      case GELU_TANH -> 1;
    };
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
    kernels.whole(matrix, tokens, arguments);
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
