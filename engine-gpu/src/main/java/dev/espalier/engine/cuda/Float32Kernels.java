package dev.espalier.engine.cuda;

import dev.espalier.engine.cuda.DeviceActivation.Layout;
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
  private static final int THREADS = 256;
  // Columns of rows and heads come in fours: 16 bytes.
  private static final int STEP = 4;
  private static final int PIECE_BYTES = 16;

  private final CudaDevice device;
  private final WeightLoader loader;
  private final Map<RowMatrix.Element, Code> codes = new EnumMap<>(RowMatrix.Element.class);
  private final Arguments arguments = new Arguments();
  private final Kernel addNormalize;
  private final Kernel gather;

  /** The kernels that read weights of one type. */
  private record Code(Kernel loadRows, Kernel embed, Float32Products products) {}

  Float32Kernels(CudaDevice device) {
    this.device = device;
    this.loader = new WeightLoader(device);
    this.addNormalize = device.kernel("add_normalize_float32", THREADS, 0);
    this.gather = device.kernel("gather_rows", THREADS, 0);
    for (RowMatrix.Element element : RowMatrix.Element.values()) {
      codes.put(
          element,
          new Code(
              device.kernel("load_rows_" + element.suffix(), THREADS, 0),
              device.kernel("embed_rows_" + element.suffix(), THREADS, 0),
              new Float32Products(device, element)));
    }
  }

  @Override
  public Matrix matrix(List<WeightTensor> parts, List<WeightTensor> biases) {
    int outputs = parts.stream().mapToInt(WeightTensor::rowCount).sum();
    RowMatrix matrix = empty(parts, outputs, outputs, biases);
    loader.stack(parts, biases, target(matrix), matrix.bias());
    return matrix;
  }

  @Override
  public Matrix gatedMatrix(WeightTensor gate, WeightTensor up, List<WeightTensor> biases) {
    List<WeightTensor> parts = List.of(gate, up);
    RowMatrix matrix = empty(parts, gate.rowCount(), 2 * gate.rowCount(), biases);
    loader.alternate(parts, biases, 1, target(matrix), matrix.bias());
    return matrix;
  }

  private RowMatrix empty(
      List<WeightTensor> parts, int outputs, int products, List<WeightTensor> biases) {
    int inputs = parts.get(0).rowLength();
    if (inputs % STEP != 0) {
      throw WeightLoader.unsupported(
          parts.get(0), "its rows of " + inputs + " values are not a multiple of " + STEP);
    }
    RowMatrix.Element element = element(parts.stream().map(WeightTensor::type).toList());
    DeviceBuffer weights =
        device.allocate((long) products * inputs * element.bytes(), parts.get(0).name());
    DeviceBuffer bias =
        biases.isEmpty() ? null : device.allocate((long) products * Float.BYTES, "a bias");
    return new RowMatrix(outputs, inputs, products, element, weights, bias);
  }

  /** The smaller type that keeps every value of tensors of {@code types}. */
  static RowMatrix.Element element(List<ElementType> types) {
    return types.stream().allMatch(ElementType.BF16::equals)
        ? RowMatrix.Element.BF16
        : RowMatrix.Element.F32;
  }

  private WeightLoader.Rows target(RowMatrix matrix) {
    Kernel loadRows = codes.get(matrix.element()).loadRows();
    return (staged, type, row, count, place) -> {
      arguments
          .begin()
          .add(staged)
          .add(type)
          .add(matrix.inputs())
          .add(matrix.weights())
          .add(row)
          .add(place.run())
          .add(place.stride())
          .add(place.first());
      loadRows.launch(count, 1, arguments);
    };
  }

  @Override
  public DeviceNorm norm(WeightTensor weight, float epsilon, float offset) {
    return loader.norm(weight, epsilon, offset, STEP);
  }

  @Override
  public void reserve() {}

  @Override
  public int headSizeStep() {
    return STEP;
  }

  @Override
  public AttentionCode attention(int headSize) {
    return AttentionCode.float32(device, headSize);
  }

  @Override
  public void embed(
      Matrix table,
      DeviceBuffer tokens,
      DeviceBuffer answers,
      float scale,
      DeviceActivation out,
      int rows) {
    RowMatrix matrix = (RowMatrix) table;
    arguments
        .begin()
        .add(matrix.weights())
        .add(tokens)
        .add(answers)
        .add(out.write(Layout.FLOAT_ROWS))
        .add(matrix.inputs())
        .add(scale);
    codes.get(matrix.element()).embed().launch(rows, 1, arguments);
  }

  @Override
  public void addNormalize(
      DeviceActivation residual,
      DeviceActivation delta,
      DeviceNorm post,
      DeviceNorm norm,
      DeviceActivation out,
      int rows) {
    arguments
        .begin()
        .add(residual.read(Layout.FLOAT_ROWS))
        .add(delta == null ? null : delta.read(Layout.FLOAT_ROWS))
        .add(post == null ? null : post.weights())
        .add(post == null ? 0 : post.epsilon())
        .add(norm.weights())
        .add(norm.epsilon())
        .add(out.write(Layout.FLOAT_ROWS))
        .add(norm.length());
    addNormalize.launch(rows, 1, norm.length() * Float.BYTES, arguments);
  }

  @Override
  public void project(DeviceActivation in, Matrix matrix, DeviceActivation out, int rows) {
    RowMatrix weights = (RowMatrix) matrix;
    codes
        .get(weights.element())
        .products()
        .rows(in.read(Layout.FLOAT_ROWS), weights, rows, out.write(Layout.FLOAT_ROWS));
  }

  @Override
  public void projectGated(
      DeviceActivation in, Matrix matrix, GateFunction function, DeviceActivation out, int rows) {
    RowMatrix weights = (RowMatrix) matrix;
    codes
        .get(weights.element())
        .products()
        .gated(in.read(Layout.FLOAT_ROWS), weights, function, rows, out.write(Layout.FLOAT_ROWS));
  }

  @Override
  public void gather(
      DeviceActivation in, DeviceBuffer outputRows, DeviceActivation out, int outputs) {
    arguments
        .begin()
        .add(in.read(Layout.FLOAT_ROWS))
        .add(outputRows)
        .add(out.write(Layout.FLOAT_ROWS))
        .add(in.columns() * Float.BYTES / PIECE_BYTES);
    gather.launch(outputs, 1, arguments);
  }

  @Override
  public void logits(
      DeviceActivation in, int first, int count, Matrix head, float softCap, DeviceBuffer out) {
    RowMatrix weights = (RowMatrix) head;
    DeviceBuffer all = in.read(Layout.FLOAT_ROWS);
    long skipped = (long) first * in.columns() * Float.BYTES;
    DeviceBuffer piece = all.slice(skipped, all.bytes() - skipped);
    codes.get(weights.element()).products().logits(piece, weights, count, softCap, out);
  }
}
