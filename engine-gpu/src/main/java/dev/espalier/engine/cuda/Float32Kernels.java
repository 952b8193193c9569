package dev.espalier.engine.cuda;

import dev.espalier.engine.cuda.DeviceActivation.Layout;
import dev.espalier.engine.cuda.driver.CudaDevice;
import dev.espalier.engine.cuda.driver.DeviceArena;
import dev.espalier.engine.cuda.driver.DeviceBuffer;
import dev.espalier.engine.cuda.driver.Kernel;
import dev.espalier.engine.model.ElementType;
import dev.espalier.engine.model.GateFunction;
import dev.espalier.engine.model.Operations.Matrix;
import dev.espalier.engine.model.WeightTensor;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Everything in float32, row-major, without tensor cores. Weights keep the checkpoint's values: 2
 * bytes each where they are bfloat16, else 4.
 */
final class Float32Kernels implements LayerKernels {
  // Columns of rows and heads come in fours: 16 bytes.
  private static final int STEP = 4;

  private final CudaDevice device;
  private final WeightLoader loader;
  private final Map<TokenMatrix.Element, Code> codes = new EnumMap<>(TokenMatrix.Element.class);
  private final TokenKernels rowKernels;

  /** The kernels that read weights of one type. */
  private record Code(Kernel loadRows, Kernel embed, Float32Products products) {}

  Float32Kernels(CudaDevice device) {
    this.device = device;
    this.loader = new WeightLoader(device);
    this.rowKernels = TokenKernels.float32(device);
    for (TokenMatrix.Element element : TokenMatrix.Element.values()) {
      codes.put(
          element,
          new Code(
              device.kernel("load_rows_" + element.suffix(), TokenKernels.THREADS, 0),
              device.kernel("embed_rows_" + element.suffix(), TokenKernels.THREADS, 0),
              new Float32Products(device, element)));
    }
  }

  @Override
  public Matrix matrix(List<WeightTensor> parts, List<WeightTensor> biases) {
    int outputs = parts.stream().mapToInt(WeightTensor::rowCount).sum();
    TokenMatrix matrix = empty(parts, outputs, outputs, biases);
    loader.stack(parts, biases, target(matrix), matrix.bias());
    return matrix;
  }

  @Override
  public Matrix gatedMatrix(WeightTensor gate, WeightTensor up, List<WeightTensor> biases) {
    List<WeightTensor> parts = List.of(gate, up);
    TokenMatrix matrix = empty(parts, gate.rowCount(), 2 * gate.rowCount(), biases);
    loader.alternate(parts, biases, 1, target(matrix), matrix.bias());
    return matrix;
  }

  private TokenMatrix empty(
      List<WeightTensor> parts, int outputs, int products, List<WeightTensor> biases) {
    int inputs = parts.get(0).rowLength();
    if (inputs % STEP != 0) {
      throw WeightLoader.unsupported(
          parts.get(0), "its rows of " + inputs + " values are not a multiple of " + STEP);
    }
    String name = parts.get(0).name();
    TokenMatrix.Element element = element(parts.stream().map(WeightTensor::type).toList());
    DeviceBuffer weights = loader.reserve((long) products * inputs * element.bytes(), name);
    DeviceBuffer bias =
        biases.isEmpty() ? null : loader.reserve((long) products * Float.BYTES, name + ", bias");
    return new TokenMatrix(outputs, inputs, products, element, weights, bias);
  }

  /** The smaller type that keeps every value of tensors of {@code types}. */
  static TokenMatrix.Element element(List<ElementType> types) {
    return types.stream().allMatch(ElementType.BF16::equals)
        ? TokenMatrix.Element.BF16
        : TokenMatrix.Element.F32;
  }

  private WeightLoader.Rows target(TokenMatrix matrix) {
    return rowKernels.target(codes.get(matrix.element()).loadRows(), matrix);
  }

  @Override
  public DeviceNorm norm(WeightTensor weight, float epsilon, float offset) {
    rowKernels.reserve(weight);
    return loader.norm(weight, epsilon, offset, STEP);
  }

  @Override
  public void reserve(DeviceArena workspace) {}

  @Override
  public long load() {
    return loader.load();
  }

  @Override
  public int headSizeStep() {
    return STEP;
  }

  @Override
  public AttentionCode attention(int headSize) {
    return AttentionCode.float32(device, headSize);
  }

  @Override
  public TokenKernels rowKernels() {
    return rowKernels;
  }

  @Override
  public void embed(
      Matrix table,
      DeviceBuffer tokens,
      DeviceBuffer answers,
      float scale,
      DeviceActivation out,
      int rows) {
    TokenMatrix matrix = (TokenMatrix) table;
    Kernel embed = codes.get(matrix.element()).embed();
    rowKernels.embed(embed, matrix, tokens, answers, scale, out, rows);
  }

  @Override
  public void project(DeviceActivation in, Matrix matrix, DeviceActivation out, int rows) {
    TokenMatrix weights = (TokenMatrix) matrix;
    codes
        .get(weights.element())
        .products()
        .rows(in.read(Layout.FLOAT_ROWS), weights, rows, out.write(Layout.FLOAT_ROWS));
  }

  @Override
  public void projectGated(
      DeviceActivation in, Matrix matrix, GateFunction function, DeviceActivation out, int rows) {
    TokenMatrix weights = (TokenMatrix) matrix;
    codes
        .get(weights.element())
        .products()
        .gated(in.read(Layout.FLOAT_ROWS), weights, function, rows, out.write(Layout.FLOAT_ROWS));
  }

  @Override
  public void logits(
      DeviceActivation in, int first, int count, Matrix head, float softCap, DeviceBuffer out) {
    TokenMatrix weights = (TokenMatrix) head;
    DeviceBuffer rows = in.readFrom(first, Layout.FLOAT_ROWS);
    codes.get(weights.element()).products().logits(rows, weights, count, softCap, out);
  }
}
