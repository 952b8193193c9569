package dev.espalier.engine.cuda;

import static dev.espalier.engine.cuda.driver.CudaCalls.check;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.engine.cuda.driver.CudaDevice;
import dev.espalier.engine.cuda.driver.DeviceArena;
import dev.espalier.engine.cuda.driver.DeviceBuffer;
import dev.espalier.engine.model.GateFunction;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import jcuda.Pointer;
import jcuda.driver.JCudaDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The products that every GPU has: against float64, and bit for bit against those of Hopper where
 * the GPU has both.
 */
class PortableProductsTest {
  private static final int[] TOKENS = {1, 3, 8, 17, 63, 65, 129, 256, 257, 1000};
  private static final int MOST_TOKENS = 1000;
  private static final int SAMPLES = 300;
  private static final float CAP = 30;

  private CudaOperations operations;
  private CudaDevice device;
  private Bfloat16Kernels loader;
  private DeviceBuffer out;

  @BeforeEach
  void open() {
    operations = Gpu.open(64);
    device = operations.device();
    loader = new Bfloat16Kernels(device);
    out = device.allocate(64 << 20, "products");
  }

  @AfterEach
  void close() {
    if (operations != null) {
      operations.close();
    }
  }

  private MatrixProducts products(ProductKernels kernels) {
    MatrixProducts products = new MatrixProducts(kernels);
    DeviceArena workspace = device.own(new DeviceArena("partial sums", "use a larger GPU"));
    products.reserve(8192, workspace);
    workspace.allocate(device);
    return products;
  }

  /** What one product gives: {@code [tokens][outputs]}, exactly, as float32. */
  private interface Product {
    float[] run(MatrixProducts products, PanelMatrix in, int tokens);
  }

  /** The same in float64, for one token and output. */
  private interface Reference {
    double value(int token, int output);
  }

  private void compare(HostTensor input, int outputs, Product product, Reference reference) {
    PanelMatrix in = (PanelMatrix) loader.matrix(List.of(input), List.of());
    loader.load();
    MatrixProducts portable = products(new PortableProducts(device));
    MatrixProducts other =
        device.limits().wgmma() ? products(new HopperProducts(device)) : portable;
    Random random = new Random(outputs);
    for (int tokens : TOKENS) {
      check(JCudaDriver.cuMemsetD8(out.pointer(), (byte) 0xff, out.bytes()), "cuMemsetD8");
      float[] got = product.run(portable, in, tokens);
      for (int i = 0; i < SAMPLES; i++) {
        int token = i == 0 ? tokens - 1 : random.nextInt(tokens);
        int output = i == 0 ? outputs - 1 : random.nextInt(outputs);
        double expected = reference.value(token, output);
        assertThat((double) got[token * outputs + output])
            .as("token %d of %d, output %d", token, tokens, output)
            .isCloseTo(expected, within(1e-4 + Math.abs(expected) / 256));
      }
      assertThat(product.run(other, in, tokens)).as("%d tokens", tokens).isEqualTo(got);
    }
  }

  private static double dot(HostTensor a, int row, HostTensor b, int other) {
    int length = a.rowLength();
    double sum = 0;
    for (int k = 0; k < length; k++) {
      sum += (double) a.values()[row * length + k] * b.values()[other * length + k];
    }
    return sum;
  }

  private void rows(int outputs, int inputs, int chunks) {
    HostTensor weight = new HostTensor("w", 0.05, 1, outputs, inputs);
    HostTensor bias = new HostTensor("b", 0.5, 2, outputs);
    HostTensor input = new HostTensor("x", 1, 3, MOST_TOKENS, inputs);
    PanelMatrix matrix = (PanelMatrix) loader.matrix(List.of(weight), List.of(bias));
    assertThat(matrix.chunks()).isEqualTo(chunks);
    compare(
        input,
        outputs,
        (products, in, tokens) -> {
          PartialSums sums = products.rows(in.weights(), in.rows(), matrix, tokens, out);
          return sums == null ? bfloat16(tokens * outputs) : added(sums, bias, outputs);
        },
        (token, output) -> dot(input, token, weight, output) + bias.values()[output]);
  }

  @Test
  @Tag("sanitizer")
  void rowsOfOneChunk() {
    rows(392, 384, 1);
  }

  @Test
  @Tag("sanitizer")
  void fewRowsOfTwoChunks() {
    rows(136, 1100, 2);
  }

  @Test
  void rowsOfTwoChunks() {
    rows(5000, 1100, 2);
  }

  @Test
  void rowsOfEightChunksOfWhichTheLastIsShort() {
    rows(2568, 4168, 8);
  }

  @Test
  void gatedProducts() {
    gated(4480);
  }

  @Test
  @Tag("sanitizer")
  void fewGatedProducts() {
    gated(168);
  }

  private void gated(int outputs) {
    HostTensor gate = new HostTensor("gate", 0.05, 4, outputs, 500);
    HostTensor up = new HostTensor("up", 0.05, 5, outputs, 500);
    HostTensor input = new HostTensor("x", 1, 6, MOST_TOKENS, 500);
    PanelMatrix matrix = (PanelMatrix) loader.gatedMatrix(gate, up, List.of());
    int room = 1024;
    for (GateFunction function : GateFunction.values()) {
      compare(
          input,
          outputs,
          (products, in, tokens) -> {
            products.gated(in.weights(), in.rows(), matrix, function, tokens, out, room);
            return panels(tokens, outputs, room);
          },
          (token, output) ->
              activated(function, dot(input, token, gate, output)) * dot(input, token, up, output));
    }
  }

  private static double activated(GateFunction function, double x) {
    return switch (function) {
      case SILU -> x / (1 + Math.exp(-x));
      case GELU_TANH ->
          0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
    };
  }

  @Test
  void cappedLogits() {
    logits(1001);
  }

  @Test
  @Tag("sanitizer")
  void fewCappedLogits() {
    logits(77);
  }

  private void logits(int outputs) {
    for (int inputs : new int[] {200, 2056}) {
      HostTensor weight = new HostTensor("w", 0.5, 7, outputs, inputs);
      HostTensor input = new HostTensor("x", 1, 8, MOST_TOKENS, inputs);
      PanelMatrix matrix = (PanelMatrix) loader.matrix(List.of(weight), List.of());
      compare(
          input,
          outputs,
          (products, in, tokens) -> {
            products.logits(in.weights(), in.rows(), matrix, tokens, CAP, out);
            return floats(out, tokens * outputs);
          },
          (token, output) -> CAP * Math.tanh(dot(input, token, weight, output) / CAP));
    }
  }

  // ---- reading results

  private ByteBuffer download(DeviceBuffer from, int bytes) {
    device.synchronize("a product");
    ByteBuffer host = ByteBuffer.allocate(bytes).order(ByteOrder.nativeOrder());
    check(JCudaDriver.cuMemcpyDtoH(Pointer.to(host), from.pointer(), bytes), "cuMemcpyDtoH");
    return host;
  }

  private float[] floats(DeviceBuffer from, int count) {
    float[] values = new float[count];
    download(from, count * Float.BYTES).asFloatBuffer().get(values);
    return values;
  }

  private static float widened(short bfloat16) {
    return Float.intBitsToFloat(bfloat16 << 16);
  }

  private float[] bfloat16(int count) {
    ByteBuffer bytes = download(out, count * Short.BYTES);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = widened(bytes.getShort(2 * i));
    }
    return values;
  }

  private float[] panels(int tokens, int columns, int room) {
    ByteBuffer bytes = download(out, (int) Panels.bytes(room, columns));
    float[] values = new float[tokens * columns];
    for (int token = 0; token < tokens; token++) {
      for (int c = 0; c < columns; c++) {
        int piece = (c / 8 % 8 ^ token % 8) * 8 + c % 8;
        int at = (c / Panels.COLUMNS * room + token) * Panels.COLUMNS + piece;
        values[token * columns + c] = widened(bytes.getShort(2 * at));
      }
    }
    return values;
  }

  /** Adds partial sums as their readers do: chunks ascending, then the bias, then rounded. */
  private float[] added(PartialSums sums, HostTensor bias, int outputs) {
    int tokens = sums.tokens();
    float[] parts = floats(sums.sums(), sums.chunks() * tokens * sums.stride());
    float[] values = new float[tokens * outputs];
    for (int token = 0; token < tokens; token++) {
      for (int output = 0; output < outputs; output++) {
        float total = 0;
        for (int chunk = 0; chunk < sums.chunks(); chunk++) {
          total += parts[(chunk * tokens + token) * sums.stride() + output];
        }
        int bits = Float.floatToRawIntBits(total + bias.values()[output]);
        int rounded = bits + 0x7fff + (bits >>> 16 & 1) & 0xffff0000;
        values[token * outputs + output] = Float.intBitsToFloat(rounded);
      }
    }
    return values;
  }
}
