package dev.espalier.engine.cuda;

import static dev.espalier.engine.cuda.StepImage.FEW_COUNT;
import static dev.espalier.engine.cuda.StepImage.MANY_COUNT;
import static dev.espalier.engine.cuda.StepImage.Part.FEW_ITEMS;
import static dev.espalier.engine.cuda.StepImage.Part.MANY_ITEMS;

import dev.espalier.engine.cuda.StepImage.Part;
import dev.espalier.engine.cuda.driver.Arguments;
import dev.espalier.engine.cuda.driver.CudaDevice;
import dev.espalier.engine.cuda.driver.DeviceArena;
import dev.espalier.engine.cuda.driver.DeviceBuffer;
import dev.espalier.engine.cuda.driver.HostBuffer;
import dev.espalier.engine.cuda.driver.Kernel;
import dev.espalier.engine.model.AttentionConfig;
import dev.espalier.engine.model.Rope;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Launches rotation and attention. */
final class AttentionKernels {
  /** Most query heads for one key-value head. */
  static final int MOST_GROUP = 64;

  private static final long PARTIAL_BYTES = 256L << 20;

  private final CudaDevice device;
  private final KeyValueCache cache;
  private final Arguments arguments = new Arguments();
  private final Kernel rotations;
  private final AttentionCode code;
  private final Map<Rope, DeviceBuffer> frequencies = new LinkedHashMap<>();
  private final Map<Rope, DeviceBuffer> turns = new LinkedHashMap<>();
  private final DeviceBuffer partialSums;
  private final DeviceBuffer partialScales;

  /**
   * @param layers attention of each layer, of equal heads and head sizes
   * @param rows most rows of a step
   * @param workspace takes what steps write here; {@link #load} follows its allocation
   */
  AttentionKernels(
      CudaDevice device,
      AttentionCode code,
      KeyValueCache cache,
      List<AttentionConfig> layers,
      int rows,
      DeviceArena workspace) {
    this.device = device;
    this.code = code;
    this.cache = cache;
    AttentionConfig shape = layers.get(0);
    int headSize = shape.headSize();
    int heads = shape.heads();
    rotations = device.kernel("rotations", 64, 0);
    long partials = mostPartials(shape);
    partialSums = workspace.reserve(partials * heads * headSize * Float.BYTES, "partial attention");
    partialScales = workspace.reserve(partials * heads * 2 * Float.BYTES, "partial attention");
    for (AttentionConfig layer : layers) {
      frequencies.computeIfAbsent(
          layer.rope(),
          r ->
              workspace.reserve((long) r.inverseFrequencies().length * Float.BYTES, "frequencies"));
      turns.computeIfAbsent(
          layer.rope(),
          r -> workspace.reserve((long) rows * r.pairs() * 2 * Float.BYTES, "rotations"));
    }
  }

  /** Partial results that there is room for. */
  static int mostPartials(AttentionConfig shape) {
    return (int) (PARTIAL_BYTES / ((long) shape.queryColumns() * Float.BYTES));
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

  /** Copies what rotations depend on. */
  void load() {
    frequencies.forEach(this::load);
  }

  private void load(Rope rope, DeviceBuffer buffer) {
    float[] values = rope.inverseFrequencies();
    try (HostBuffer host = new HostBuffer(values.length * Float.BYTES, "frequencies")) {
      host.content().asFloatBuffer().put(values);
      host.upload(buffer, host.bytes(), device);
      device.synchronize("loading frequencies");
    }
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
        .add(qkv.read(code.in()))
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
    if (code.takesPartials()) {
      PartialSums.add(qkv.partials(), arguments);
    }
    int warps = attention.heads() + 2 * attention.keyValueHeads();
    code.rotateAndStore().launch(stepRows, (warps + 7) / 8, arguments);
  }

  /**
   * Queues attention of one layer.
   *
   * @param useMany whether the step has items for many queries
   * @param merges whether it leaves partial results
   */
  void attend(
      int layer,
      AttentionConfig attention,
      DeviceActivation qkv,
      DeviceActivation out,
      int stepRows,
      boolean useFew,
      boolean useMany,
      boolean merges,
      StepUpload step) {
    out.write(code.out());
    if (useMany) {
      structure(layer, attention, qkv, out, MANY_ITEMS, MANY_COUNT, step);
      launch(code.many());
    }
    if (useFew) {
      structure(layer, attention, qkv, out, FEW_ITEMS, FEW_COUNT, step);
      launch(code.few());
    }
    if (merges) {
      structure(layer, attention, qkv, out, FEW_ITEMS, FEW_COUNT, step);
      arguments.field(0).add(step.part(Part.MERGE_SPLITS));
      if (code.folds()) {
        arguments.add(step.part(Part.MERGE_FIRST));
      }
      code.merge().launch(stepRows, (attention.heads() + 3) / 4, arguments);
    }
  }

  private void launch(AttentionCode.Variant variant) {
    arguments.field(variant.last());
    variant.kernel().launch(variant.blocks(), 1, arguments);
  }

  /** AttentionArguments of attention.cuh, field by field but for the last. */
  private void structure(
      int layer,
      AttentionConfig attention,
      DeviceActivation qkv,
      DeviceActivation out,
      Part items,
      int count,
      StepUpload step) {
    boolean capped = attention.softCap() > 0;
    arguments
        .begin()
        .addStructure()
        .field(qkv.read(code.in()))
        .field(cache.layer(layer))
        .field(step.part(items))
        .field(step.part(Part.COUNTS, count))
        .field(step.part(Part.ROW_LIST))
        .field(step.part(Part.POSITIONS))
        .field(step.part(Part.PAGE_TABLE))
        .field(step.part(Part.PARTIAL_BASE))
        .field(partialSums)
        .field(partialScales)
        .field(out.read(code.out()))
        .field(out.rows())
        .field(attention.heads())
        .field(attention.keyValueHeads())
        .field(attention.headSize())
        .field(Integer.numberOfTrailingZeros(cache.pageSize()))
        .field(capped ? attention.scale() : attention.scale() * code.unit())
        .field(attention.softCap())
        .field(attention.window());
  }
}
