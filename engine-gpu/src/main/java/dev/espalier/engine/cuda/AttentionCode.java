package dev.espalier.engine.cuda;

import dev.espalier.engine.cuda.DeviceActivation.Layout;
import dev.espalier.engine.cuda.driver.CudaDevice;
import dev.espalier.engine.cuda.driver.Kernel;

/**
 * The kernels that attend in one type for heads of one size. They take the same arguments: {@code
 * AttentionArguments} of attention.cuh, but for the types that its pointers point to.
 *
 * @param elementBytes of keys and values
 * @param in layout of queries, keys and values
 * @param out layout of what was attended
 * @param few for few queries
 * @param many for many queries
 * @param unit what scores without a soft cap are multiplied with besides their scale: the kernels'
 *     exponentials have the base {@code e^(1 / unit)}
 */
record AttentionCode(
    int elementBytes,
    Layout in,
    Layout out,
    Kernel rotateAndStore,
    Variant few,
    Variant many,
    Kernel merge,
    float unit) {

  private static final float LOG2_E = 1.442695f;
  private static final int FEW_THREADS = 128;
  private static final int ROTATE_THREADS = 256;
  private static final int MERGE_THREADS = 128;

  // As in float32_attend.cu.
  private static final int FLOAT_THREADS = 128;
  private static final int FLOAT_ROWS = 16;
  private static final int FLOAT_BLOCKS_EACH = 2; // on one multiprocessor

  /**
   * One of the kernels.
   *
   * @param blocks of a launch: those that run at the same time
   * @param last field of its arguments: of bfloat16 tiles in shared memory, of float32 the pieces
   *     that an item is taken in
   */
  record Variant(Kernel kernel, int blocks, int last) {}

  /** The kernels for operands in bfloat16. */
  static AttentionCode bfloat16(CudaDevice device, int headSize) {
    AttentionShape shape = AttentionShape.of(headSize, device.limits());
    int columns = shape.columns();
    Kernel few = device.kernel("attend_few_" + columns, FEW_THREADS, shape.few().sharedBytes());
    Kernel many =
        device.kernel(manyName(shape), columns <= 128 ? 128 : 256, shape.many().sharedBytes());
    return new AttentionCode(
        Short.BYTES,
        Layout.ROWS,
        Layout.PANELS,
        device.kernel("rotate_and_store", ROTATE_THREADS, 0),
        variant(device, few, shape.few()),
        variant(device, many, shape.many()),
        device.kernel("merge_attention", MERGE_THREADS, 0),
        LOG2_E);
  }

  private static String manyName(AttentionShape shape) {
    if (shape.wgmma()) {
      return "attend_many_wgmma_" + shape.columns();
    }
    return "attend_many_" + shape.columns() + (shape.many().stages() == 1 ? "_narrow" : "");
  }

  private static Variant variant(CudaDevice device, Kernel kernel, AttentionShape.Ring ring) {
    return new Variant(kernel, ring.blocksEach() * device.multiprocessors(), ring.stages());
  }

  /** The kernels for float32. */
  static AttentionCode float32(CudaDevice device, int headSize) {
    int columns = 64;
    while (columns < headSize) {
      columns *= 2;
    }
    Kernel attend =
        device.kernel("attend_float32_" + columns, FLOAT_THREADS, floatSharedBytes(columns));
    int blocks = FLOAT_BLOCKS_EACH * device.multiprocessors();
    return new AttentionCode(
        Float.BYTES,
        Layout.FLOAT_ROWS,
        Layout.FLOAT_ROWS,
        device.kernel("rotate_and_store_float32", ROTATE_THREADS, 0),
        new Variant(attend, blocks, AttentionPlanner.FEW_ROWS / FLOAT_ROWS),
        new Variant(attend, blocks, AttentionPlanner.MANY_ROWS / FLOAT_ROWS),
        device.kernel("merge_attention_float32", MERGE_THREADS, 0),
        1);
  }

  /** As FloatAttendShape in float32_attend.cu. */
  static int floatSharedBytes(int columns) {
    int keys = columns <= 128 ? 64 : 32;
    return (FLOAT_ROWS + 2 * keys) * (columns + 4) * Float.BYTES;
  }

  /** Whether rotation adds up what a product left in parts. */
  boolean takesPartials() {
    return in == Layout.ROWS;
  }

  /** As {@code folds} of {@link AttentionPlanner}. */
  boolean folds() {
    return in == Layout.ROWS;
  }
}
