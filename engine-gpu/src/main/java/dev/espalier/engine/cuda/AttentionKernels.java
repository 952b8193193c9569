package dev.espalier.engine.cuda;

import static dev.espalier.engine.cuda.StepUpload.FEW_COUNT;
import static dev.espalier.engine.cuda.StepUpload.MANY_COUNT;
import static dev.espalier.engine.cuda.StepUpload.Part.FEW_ITEMS;
import static dev.espalier.engine.cuda.StepUpload.Part.MANY_ITEMS;

import dev.espalier.engine.cuda.StepUpload.Part;
import dev.espalier.engine.model.AttentionConfig;
import dev.espalier.engine.model.Rope;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Launches rotation and attention. */
final class AttentionKernels {
  /** Most query heads for one key-value head. */
  static final int MOST_GROUP = 64;

  private static final int FEW_THREADS = 128;
  private static final long PARTIAL_BYTES = 256L << 20;
  private static final float LOG2_E = 1.442695f;

  private final CudaDevice device;
  private final KeyValueCache cache;
  private final Arguments arguments = new Arguments();
  private final AttentionShape shape;
  private final Kernel rotations;
  private final Kernel rotateAndStore;
  private final Kernel few;
  private final Kernel many;
  private final Kernel merge;
  private final Map<Rope, DeviceBuffer> frequencies = new LinkedHashMap<>();
  private final Map<Rope, DeviceBuffer> turns = new LinkedHashMap<>();
  private final DeviceBuffer partialSums;
  private final DeviceBuffer partialScales;

  /**
   * @param layers attention of each layer, of equal heads and head sizes
   * @param rows most rows of a step
   */
  AttentionKernels(CudaDevice device, KeyValueCache cache, List<AttentionConfig> layers, int rows) {
    this.device = device;
    this.cache = cache;
    int headSize = layers.get(0).headSize();
    int heads = layers.get(0).heads();
    this.shape = AttentionShape.of(headSize, device.limits());
    rotations = device.kernel("rotations", 64, 0);
    rotateAndStore = device.kernel("rotate_and_store", 256, 0);
    int columns = shape.columns();
    few = device.kernel("attend_few_" + columns, FEW_THREADS, shape.few().sharedBytes());
    many =
        device.kernel(
            "attend_many_" + columns + (shape.many().stages() == 1 ? "_narrow" : ""),
            columns <= 128 ? 128 : 256,
            shape.many().sharedBytes());
    merge = device.kernel("merge_attention", 128, 0);
    long partials = mostPartials(layers.get(0));
    partialSums = device.allocate(partials * heads * headSize * Float.BYTES, "partial attention");
    partialScales = device.allocate(partials * heads * 2 * Float.BYTES, "partial attention");
    for (AttentionConfig layer : layers) {
      frequencies.computeIfAbsent(layer.rope(), this::upload);
      turns.computeIfAbsent(
          layer.rope(),
          r -> device.allocate((long) rows * r.pairs() * 2 * Float.BYTES, "rotations"));
    }
  }

  /** Partial results that there is room for. */
  static int mostPartials(AttentionConfig shape) {
    return (int) (PARTIAL_BYTES / ((long) shape.queryColumns() * Float.BYTES));
  }

  /** Blocks of attention for few queries that run at the same time. */
  int blocks() {
    return shape.few().blocksEach() * device.multiprocessors();
  }

  /** Makes the rotations of the rows of a step, once for each kind of rotation. */
  void beginStep(int stepRows, StepUpload step) {
    for (Rope rope : frequencies.keySet()) {
      arguments
          .begin()
          .add(step.part(Part.POSITIONS))
          .add(frequencies.get(rope))
          .add(rope.pairs())
          .add(rope.magnitude())
          .add(turns.get(rope));
      rotations.launch(stepRows, 1, arguments);
    }
  }

  private DeviceBuffer upload(Rope rope) {
    float[] values = rope.inverseFrequencies();
    DeviceBuffer buffer = device.allocate((long) values.length * Float.BYTES, "frequencies");
    try (HostBuffer host = new HostBuffer(values.length * Float.BYTES, "frequencies")) {
      host.content().asFloatBuffer().put(values);
      host.upload(buffer, host.bytes(), device.stream());
      device.synchronize("loading frequencies");
    }
    return buffer;
  }

  void rotateAndStore(
      int layer,
      AttentionConfig attention,
      DeviceNorm queryNorm,
      DeviceNorm keyNorm,
      DeviceActivation qkv,
      int stepRows,
      StepUpload step) {
    arguments
        .begin()
        .add(qkv.read(DeviceActivation.Layout.ROWS))
        .add(cache.layer(layer))
        .addStructure()
        .field(turns.get(attention.rope()))
        .field(queryNorm == null ? null : queryNorm.weights())
        .field(keyNorm == null ? null : keyNorm.weights())
        .field(step.part(Part.POSITIONS))
        .field(step.part(Part.ROW_PAGES))
        .field(step.part(Part.PAGE_TABLE))
        .field(queryNorm == null ? 0 : queryNorm.epsilon())
        .field(keyNorm == null ? 0 : keyNorm.epsilon())
        .field(attention.heads())
        .field(attention.keyValueHeads())
        .field(attention.headSize())
        .field(cache.pageSize());
    PartialSums.add(qkv.partials(), arguments);
    int warps = attention.heads() + 2 * attention.keyValueHeads();
    rotateAndStore.launch(stepRows, (warps + 7) / 8, arguments);
  }

  /**
   * Queues attention of one layer.
   *
   * @param useMany whether the step has items for many queries
   * @param merges whether it leaves partial results
   * @param outRows rows that the panels of {@code out} have room for
   */
  void attend(
      int layer,
      AttentionConfig attention,
      DeviceBuffer qkv,
      DeviceBuffer out,
      int outRows,
      int stepRows,
      boolean useFew,
      boolean useMany,
      boolean merges,
      StepUpload step) {
    if (useMany) {
      structure(layer, attention, qkv, out, outRows, MANY_ITEMS, MANY_COUNT, step);
      many.launch(shape.many().blocksEach() * device.multiprocessors(), 1, arguments);
    }
    if (useFew) {
      structure(layer, attention, qkv, out, outRows, FEW_ITEMS, FEW_COUNT, step);
      few.launch(blocks(), 1, arguments);
    }
    if (merges) {
      structure(layer, attention, qkv, out, outRows, FEW_ITEMS, FEW_COUNT, step);
      arguments.add(step.part(Part.MERGE_SPLITS));
      merge.launch(stepRows, (attention.heads() + 3) / 4, arguments);
    }
  }

  /** AttentionArguments of attention.cuh, field by field. */
  private void structure(
      int layer,
      AttentionConfig attention,
      DeviceBuffer qkv,
      DeviceBuffer out,
      int outRows,
      StepUpload.Part items,
      int count,
      StepUpload step) {
    boolean capped = attention.softCap() > 0;
    arguments
        .begin()
        .addStructure()
        .field(qkv)
        .field(cache.layer(layer))
        .field(step.part(items))
        .field(step.part(Part.COUNTS, count))
        .field(step.part(Part.ROW_LIST))
        .field(step.part(Part.POSITIONS))
        .field(step.part(Part.PAGE_TABLE))
        .field(step.part(Part.PARTIAL_BASE))
        .field(partialSums)
        .field(partialScales)
        .field(out)
        .field(outRows)
        .field(attention.heads())
        .field(attention.keyValueHeads())
        .field(attention.headSize())
        .field(Integer.numberOfTrailingZeros(cache.pageSize()))
        .field(capped ? attention.scale() : attention.scale() * LOG2_E)
        .field(attention.softCap())
        .field(attention.window())
        .field(shape.few().stages());
  }
}
