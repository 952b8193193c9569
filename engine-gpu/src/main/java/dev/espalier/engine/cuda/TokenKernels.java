package dev.espalier.engine.cuda;

import dev.espalier.engine.cuda.DeviceActivation.Layout;
import dev.espalier.engine.cuda.driver.Arguments;
import dev.espalier.engine.cuda.driver.CudaDevice;
import dev.espalier.engine.cuda.driver.DeviceBuffer;
import dev.espalier.engine.cuda.driver.Kernel;
import dev.espalier.engine.model.WeightTensor;

/**
 * Launches the kernels that work row by row. Those for bfloat16 in panels and those for float32
 * take the same arguments, but panels come with the number of rows that they have room for.
 */
final class TokenKernels {
  static final int THREADS = 256;

  // Rows are gathered in pieces of 16 bytes; in a panel by so many threads.
  private static final int PIECE_BYTES = 16;
  private static final int PANEL_PIECES = Panels.ROW_BYTES / PIECE_BYTES;

  // The sum of each warp, beside a row.
  private static final int DECLARED_SHARED_BYTES = THREADS / 32 * Float.BYTES;

  private final Layout operands;
  private final Layout products;
  private final int mostSharedBytes;
  private final Kernel gather;
  private Kernel addNormalize;
  private final Arguments arguments = new Arguments();

  /**
   * @param operands how the rows lie that matrix products read
   * @param products how the rows lie that they write
   * @param mostSharedBytes that a block may have
   */
  TokenKernels(
      Layout operands, Layout products, int mostSharedBytes, Kernel addNormalize, Kernel gather) {
    this.operands = operands;
    this.products = products;
    this.mostSharedBytes = mostSharedBytes;
    this.addNormalize = addNormalize;
    this.gather = gather;
  }

  /** For products that read panels. */
  static TokenKernels panels(CudaDevice device) {
    return new TokenKernels(
        Layout.PANELS,
        Layout.ROWS,
        device.limits().blockShared(),
        device.kernel("add_normalize", THREADS, 0),
        device.kernel("gather", PANEL_PIECES, 0));
  }

  /** For products that read float32. */
  static TokenKernels float32(CudaDevice device) {
    return new TokenKernels(
        Layout.FLOAT_ROWS,
        Layout.FLOAT_ROWS,
        device.limits().blockShared(),
        device.kernel("add_normalize_float32", THREADS, 0),
        device.kernel("gather_rows", THREADS, 0));
  }

  /**
   * Makes ready to normalise rows of the length of {@code weight}, one of which a block keeps in
   * shared memory.
   *
   * @throws dev.espalier.engine.EngineException CHECKPOINT_INVALID if the GPU's blocks do not have
   *     so much
   */
  void reserve(WeightTensor weight) {
    long bytes = (long) weight.rowCount() * Float.BYTES;
    if (bytes + DECLARED_SHARED_BYTES > mostSharedBytes) {
      throw WeightLoader.unsupported(
          weight,
          "a row of "
              + weight.rowCount()
              + " values does not fit into the "
              + mostSharedBytes
              + " bytes of shared memory of a block");
    }
    if (bytes > addNormalize.sharedBytes()) {
      addNormalize = addNormalize.withShared((int) bytes);
    }
  }

  /** Where {@code loadRows} writes rows of a checkpoint into {@code matrix}. */
  WeightLoader.Rows target(Kernel loadRows, DeviceMatrix matrix) {
    return (staged, type, row, count, place) -> {
      arguments.begin().add(staged).add(type).add(matrix.inputs());
      add(matrix.weights(), matrix.rows());
      arguments.add(row).add(place.run()).add(place.stride()).add(place.first());
      loadRows.launch(count, 1, arguments);
    };
  }

  /** {@link LayerKernels#embed} with the kernel for the type of {@code table}. */
  void embed(
      Kernel embed,
      DeviceMatrix table,
      DeviceBuffer tokens,
      DeviceBuffer answers,
      float scale,
      DeviceActivation out,
      int rows) {
    arguments.begin();
    add(table.weights(), table.rows());
    arguments
        .add(tokens)
        .add(answers)
        .add(out.write(Layout.FLOAT_ROWS))
        .add(table.inputs())
        .add(scale);
    embed.launch(rows, 1, arguments);
  }

  /** {@link LayerKernels#addNormalize}. */
  void addNormalize(
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
        .add(delta == null ? null : delta.read(products))
        .add(post == null ? null : post.weights())
        .add(post == null ? 0 : post.epsilon())
        .add(norm.weights())
        .add(norm.epsilon());
    add(out.write(operands), out.rows());
    arguments.add(norm.length());
    if (products == Layout.ROWS) {
      PartialSums.add(partials, arguments);
    }
    addNormalize.launch(rows, 1, norm.length() * Float.BYTES, arguments);
  }

  /** {@link LayerKernels#gather}. */
  void gather(DeviceActivation in, DeviceBuffer outputRows, DeviceActivation out, int outputs) {
    arguments.begin();
    add(in.read(operands), in.rows());
    arguments.add(outputRows);
    add(out.write(operands), out.rows());
    if (operands == Layout.PANELS) {
      gather.launch(outputs, Panels.count(in.columns()), arguments);
    } else {
      arguments.add(in.columns() * Float.BYTES / PIECE_BYTES);
      gather.launch(outputs, 1, arguments);
    }
  }

  private void add(DeviceBuffer memory, int room) {
    arguments.add(memory);
    if (operands == Layout.PANELS) {
      arguments.add(room);
    }
  }
}
