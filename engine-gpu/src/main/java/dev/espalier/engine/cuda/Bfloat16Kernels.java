package dev.espalier.engine.cuda;

import dev.espalier.engine.cuda.DeviceActivation.Layout;
import dev.espalier.engine.cuda.driver.CudaDevice;
import dev.espalier.engine.cuda.driver.DeviceArena;
import dev.espalier.engine.cuda.driver.DeviceBuffer;
import dev.espalier.engine.cuda.driver.Kernel;
import dev.espalier.engine.model.GateFunction;
import dev.espalier.engine.model.Operations.Matrix;
import dev.espalier.engine.model.WeightTensor;
import java.util.List;

/** Operands of products in bfloat16, in {@link Panels}, for tensor cores. */
final class Bfloat16Kernels implements LayerKernels {
  // Columns of rows and heads come in eights: 16 bytes.
  private static final int STEP = 8;
  // In a gated matrix, so many rows of gate and of up take turns.
  private static final int GATE_RUN = 8;

  private final CudaDevice device;
  private final WeightLoader loader;
  private final MatrixProducts products;
  private final TokenKernels rowKernels;
  private final Kernel loadRows;
  private final Kernel embed;
  private int mostPartialRows = PanelMatrix.TILE; // of matrices of several chunks

  Bfloat16Kernels(CudaDevice device) {
    this.device = device;
    this.loader = new WeightLoader(device);
    this.products = new MatrixProducts(device);
    this.rowKernels = TokenKernels.panels(device);
    this.loadRows = device.kernel("load_rows", TokenKernels.THREADS, 0);
    this.embed = device.kernel("embed", TokenKernels.THREADS, 0);
  }

  @Override
  public Matrix matrix(List<WeightTensor> parts, List<WeightTensor> biases) {
    int outputs = parts.stream().mapToInt(WeightTensor::rowCount).sum();
    PanelMatrix matrix = empty(parts.get(0), outputs, outputs, false, biases);
    loader.stack(parts, biases, rowKernels.target(loadRows, matrix), matrix.bias());
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
    PanelMatrix matrix = empty(gate, outputs, 2 * outputs, true, biases);
    loader.alternate(
        List.of(gate, up), biases, GATE_RUN, rowKernels.target(loadRows, matrix), matrix.bias());
    return matrix;
  }

  private PanelMatrix empty(
      WeightTensor first, int outputs, int products, boolean gated, List<WeightTensor> biases) {
    String name = first.name();
    int inputs = first.rowLength();
    int rows = Panels.roundUp(products, PanelMatrix.TILE);
    DeviceBuffer weights =
        loader.reserve(Panels.bytes(rows, inputs) + PanelMatrix.SLACK_BYTES, name);
    DeviceBuffer bias =
        biases.isEmpty() ? null : loader.reserve((long) rows * Float.BYTES, name + ", bias");
    return new PanelMatrix(outputs, inputs, products, gated, weights, bias);
  }

  @Override
  public DeviceNorm norm(WeightTensor weight, float epsilon, float offset) {
    rowKernels.reserve(weight);
    return loader.norm(weight, epsilon, offset, STEP);
  }

  @Override
  public void reserve(DeviceArena workspace) {
    products.reserve(mostPartialRows, workspace);
  }

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
    return AttentionCode.bfloat16(device, headSize);
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
    rowKernels.embed(embed, (PanelMatrix) table, tokens, answers, scale, out, rows);
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
  public void logits(
      DeviceActivation in, int first, int count, Matrix head, float softCap, DeviceBuffer out) {
    DeviceBuffer rows = in.readFrom(first, Layout.PANELS);
    products.logits(rows, in.rows(), (PanelMatrix) head, count, softCap, out);
  }
}
