package dev.espalier.engine.cuda;

import dev.espalier.engine.cuda.DeviceActivation.Layout;
import dev.espalier.engine.model.GateFunction;
import dev.espalier.engine.model.Operations.Matrix;
import dev.espalier.engine.model.WeightTensor;
import java.util.List;

/** Operands of products in bfloat16, in {@link Panels}, for tensor cores. */
final class Bfloat16Kernels implements LayerKernels {
  private static final int NORMALIZE_THREADS = 256;
  // Columns of rows and heads come in eights: 16 bytes.
  private static final int STEP = 8;
  // In a gated matrix, so many rows of gate and of up take turns.
  private static final int GATE_RUN = 8;

  private final CudaDevice device;
  private final WeightLoader loader;
  private final MatrixProducts products;
  private final Arguments arguments = new Arguments();
  private final Kernel loadRows;
  private final Kernel embed;
  private final Kernel addNormalize;
  private final Kernel gather;
  private int mostPartialRows = PanelMatrix.TILE; // of matrices of several chunks

  Bfloat16Kernels(CudaDevice device) {
    this.device = device;
    this.loader = new WeightLoader(device);
    this.products = new MatrixProducts(device);
    this.loadRows = device.kernel("load_rows", 256, 0);
    this.embed = device.kernel("embed", 256, 0);
    this.addNormalize = device.kernel("add_normalize", NORMALIZE_THREADS, 0);
    this.gather = device.kernel("gather", 8, 0);
  }

  @Override
  public Matrix matrix(List<WeightTensor> parts, List<WeightTensor> biases) {
    int outputs = parts.stream().mapToInt(WeightTensor::rowCount).sum();
    PanelMatrix matrix = empty(outputs, parts.get(0).rowLength(), outputs, false, biases);
    loader.stack(parts, biases, target(matrix), matrix.bias());
    if (matrix.chunks() > 1) {
      mostPartialRows = Math.max(mostPartialRows, matrix.rows());
    }
    return matrix;
  }

  @Override
  public Matrix gatedMatrix(WeightTensor gate, WeightTensor up, List<WeightTensor> biases) {
    int outputs = gate.rowCount();
    if (outputs % GATE_RUN != 0) {
      throw WeightLoader.unsupported(
          gate, outputs + " feed-forward values are not a multiple of " + GATE_RUN);
    }
    PanelMatrix matrix = empty(outputs, gate.rowLength(), 2 * outputs, true, biases);
    loader.alternate(List.of(gate, up), biases, GATE_RUN, target(matrix), matrix.bias());
    return matrix;
  }

  private PanelMatrix empty(
      int outputs, int inputs, int products, boolean gated, List<WeightTensor> biases) {
    int rows = Panels.roundUp(products, PanelMatrix.TILE);
    DeviceBuffer weights =
        device.allocate(Panels.bytes(rows, inputs) + PanelMatrix.SLACK_BYTES, "weights");
    DeviceBuffer bias =
        biases.isEmpty() ? null : device.allocate((long) rows * Float.BYTES, "a bias");
    return new PanelMatrix(outputs, inputs, products, gated, weights, bias);
  }

  private WeightLoader.Rows target(PanelMatrix matrix) {
    return (staged, type, row, count, place) -> {
      arguments
          .begin()
          .add(staged)
          .add(type)
          .add(matrix.inputs())
          .add(matrix.weights())
          .add(matrix.rows())
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
  public void reserve() {
    products.reserve(mostPartialRows);
  }

  @Override
  public int headSizeStep() {
    return STEP;
  }

  @Override
  public AttentionCode attention(int headSize) {
    return AttentionCode.bfloat16(device, headSize);
  }

  @Override
  public void embed(
      Matrix table,
      DeviceBuffer tokens,
      DeviceBuffer answers,
      float scale,
      DeviceActivation out,
      int rows) {
    PanelMatrix matrix = (PanelMatrix) table;
    arguments
        .begin()
        .add(matrix.weights())
        .add(matrix.rows())
        .add(tokens)
        .add(answers)
        .add(out.write(Layout.FLOAT_ROWS))
        .add(matrix.inputs())
        .add(scale);
    embed.launch(rows, 1, arguments);
  }

  @Override
  public void addNormalize(
      DeviceActivation residual,
      DeviceActivation delta,
      DeviceNorm post,
      DeviceNorm norm,
      DeviceActivation out,
      int rows) {
    PartialSums partials = delta == null ? null : delta.partials();
    arguments
        .begin()
        .add(residual.read(Layout.FLOAT_ROWS))
        .add(delta == null ? null : delta.read(Layout.ROWS))
        .add(post == null ? null : post.weights())
        .add(post == null ? 0 : post.epsilon())
        .add(norm.weights())
        .add(norm.epsilon())
        .add(out.write(Layout.PANELS))
        .add(out.rows())
        .add(norm.length());
    PartialSums.add(partials, arguments);
    addNormalize.launch(rows, 1, norm.length() * Float.BYTES, arguments);
  }

  @Override
  public void project(DeviceActivation in, Matrix matrix, DeviceActivation out, int rows) {
    DeviceBuffer buffer = out.write(Layout.ROWS);
    out.leave(products.rows(in.read(Layout.PANELS), in.rows(), (PanelMatrix) matrix, rows, buffer));
  }

  @Override
  public void projectGated(
      DeviceActivation in, Matrix matrix, GateFunction function, DeviceActivation out, int rows) {
    products.gated(
        in.read(Layout.PANELS),
        in.rows(),
        (PanelMatrix) matrix,
        function,
        rows,
        out.write(Layout.PANELS),
        out.rows());
  }

  @Override
  public void gather(
      DeviceActivation in, DeviceBuffer outputRows, DeviceActivation out, int outputs) {
    arguments
        .begin()
        .add(in.read(Layout.PANELS))
        .add(in.rows())
        .add(outputRows)
        .add(out.write(Layout.PANELS))
        .add(out.rows());
    gather.launch(outputs, Panels.count(in.columns()), arguments);
  }

  @Override
  public void logits(
      DeviceActivation in, int first, int count, Matrix head, float softCap, DeviceBuffer out) {
    DeviceBuffer all = in.read(Layout.PANELS);
    long skipped = (long) first * Panels.ROW_BYTES;
    DeviceBuffer piece = all.slice(skipped, all.bytes() - skipped);
    products.logits(piece, in.rows(), (PanelMatrix) head, count, softCap, out);
  }
}
