package dev.espalier.engine.cuda;

import dev.espalier.engine.cuda.driver.Arguments;
import dev.espalier.engine.cuda.driver.CudaDevice;
import dev.espalier.engine.cuda.driver.DeviceBuffer;
import dev.espalier.engine.cuda.driver.Kernel;
import dev.espalier.engine.model.GateFunction;

/**
 * Launches the matrix products of {@code float32_product.cu} for weights of one type. Which kernel
 * runs depends on the number of tokens, and does not enter the result.
 */
final class Float32Products {
  private static final int THREADS = 256;
  private static final int FEW_OUTPUTS = 32;
  private static final int FEW_TOKENS = 8;
  private static final int TILE_OUTPUTS = 64;
  private static final int TILE_TOKENS = 128;

  private final Kernel single;
  private final Kernel few;
  private final Kernel tiled;
  private final int multiprocessors;
  private final Arguments arguments = new Arguments();

  Float32Products(CudaDevice device, TokenMatrix.Element element) {
    String suffix = "_" + element.suffix();
    this.single = device.kernel("float32_product_1" + suffix, THREADS, 0);
    this.few = device.kernel("float32_product_8" + suffix, THREADS, 0);
    this.tiled = device.kernel("float32_product_tiled" + suffix, THREADS, 0);
    this.multiprocessors = device.multiprocessors();
  }

  /** {@code out = in * matrix + bias}, row-major. */
  void rows(DeviceBuffer in, TokenMatrix matrix, int tokens, DeviceBuffer out) {
    launch(in, matrix, tokens, out, MatrixProducts.OUTPUT_ROWS, 0, 0);
  }

  /** {@code out = function(in * gate + bias) * (in * up + bias)}, row-major. */
  void gated(
      DeviceBuffer in, TokenMatrix matrix, GateFunction function, int tokens, DeviceBuffer out) {
    launch(in, matrix, tokens, out, MatrixProducts.OUTPUT_GATED, MatrixProducts.gate(function), 0);
  }

  /** Soft-capped logits, row-major. */
  void logits(DeviceBuffer in, TokenMatrix matrix, int tokens, float softCap, DeviceBuffer out) {
    launch(in, matrix, tokens, out, MatrixProducts.OUTPUT_LOGITS, 0, softCap);
  }

  private void launch(
      DeviceBuffer in,
      TokenMatrix matrix,
      int tokens,
      DeviceBuffer out,
      int output,
      int gate,
      float softCap) {
    arguments
        .begin()
        .add(matrix.weights())
        .add(in)
        .add(matrix.inputs())
        .add(tokens)
        .addStructure()
        .field(out)
        .field(matrix.bias())
        .field(output)
        .field(gate)
        .field(matrix.products())
        .field(matrix.outputs())
        .field(softCap);
    int outputs = matrix.products();
    if (tokens == 1) {
      single.launch(blocks(outputs, FEW_OUTPUTS), 1, arguments);
    } else if (tilesPay(outputs, tokens, multiprocessors)) {
      tiled.launch(blocks(outputs, TILE_OUTPUTS), blocks(tokens, TILE_TOKENS), arguments);
    } else {
      few.launch(blocks(outputs, FEW_OUTPUTS), blocks(tokens, FEW_TOKENS), arguments);
    }
  }

  /** Measured: tiles do twice as much in a time, while every multiprocessor has one. */
  static boolean tilesPay(int outputs, int tokens, int multiprocessors) {
    int tiles = blocks(outputs, TILE_OUTPUTS) * blocks(tokens, TILE_TOKENS);
    long rounds = blocks(tiles, multiprocessors);
    return rounds * multiprocessors * TILE_OUTPUTS * TILE_TOKENS < 2L * outputs * tokens;
  }

  private static int blocks(int count, int each) {
    return (count + each - 1) / each;
  }
}
