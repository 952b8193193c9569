package dev.espalier.engine.cuda;

import dev.espalier.engine.Dtype;
import dev.espalier.engine.EngineException;
import dev.espalier.engine.ErrorCode;
import dev.espalier.engine.cuda.Instruments.Part;
import dev.espalier.engine.cuda.driver.CapturedGraphs;
import dev.espalier.engine.cuda.driver.CudaDevice;
import dev.espalier.engine.cuda.driver.DeviceArena;
import dev.espalier.engine.cuda.driver.DeviceBuffer;
import dev.espalier.engine.forward.BatchLayout;
import dev.espalier.engine.model.AttentionConfig;
import dev.espalier.engine.model.GateFunction;
import dev.espalier.engine.model.Operations;
import dev.espalier.engine.model.WeightTensor;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operations on one NVIDIA GPU.
 *
 * <p>{@link #begin} uploads what a step's kernels read; every operation after it queues launches;
 * only {@link Answers#await} waits. A step that decodes one token of each sequence is captured the
 * first time its size is seen, from {@link #embed} to {@link #gather}, and replayed after: its
 * operations then queue nothing, since the caller's sequence of operations is always the same.
 */
final class CudaOperations implements Operations {
  private static final Logger LOG = LoggerFactory.getLogger(CudaOperations.class);
  private static final int LOGIT_ROWS = 256;

  private enum Mode {
    EAGER,
    CAPTURE,
    REPLAY
  }

  private final CudaDevice device;
  private final int rows;
  private final Instruments instruments;
  private final DeviceArena workspace;
  private final LayerKernels kernels;
  private final StepUpload upload;
  private final CapturedGraphs<StepKey> graphs;
  private int vocabularySize;

  private KeyValueCache cache;
  private AttentionPlanner planner;
  private AttentionKernels attention;
  private DeviceSampler sampler;

  private BatchLayout step;
  private AttentionPlan plan;
  private Mode mode = Mode.EAGER;
  private StepKey key;
  private int stepRows;
  private int outputs; // of the last step that was sampled
  private DeviceActivation ungathered; // what the last step's outputs are rows of

  /**
   * @param device owned from here on
   * @param dtype what to compute in: bfloat16 or float32
   * @param maxRows most tokens of a step
   */
  CudaOperations(CudaDevice device, Dtype dtype, int maxRows) {
    this.device = device;
    this.rows = Panels.roundUp(maxRows, LOGIT_ROWS);
    this.workspace =
        device.own(new DeviceArena("what steps work in", "lower maxBatchTokens or maxSequences"));
    this.kernels = LayerKernels.of(dtype, device);
    this.upload = device.own(new StepUpload(rows));
    this.graphs = device.own(new CapturedGraphs<StepKey>(device));
    this.instruments = new Instruments(this);
  }

  // ---- while loading

  @Override
  public Matrix matrix(List<WeightTensor> parts, List<WeightTensor> biases) {
    device.makeCurrent();
    Matrix matrix = kernels.matrix(parts, biases);
    vocabularySize = Math.max(vocabularySize, matrix.outputs());
    return matrix;
  }

  @Override
  public Matrix gatedMatrix(WeightTensor gate, WeightTensor up, List<WeightTensor> biases) {
    device.makeCurrent();
    return kernels.gatedMatrix(gate, up, biases);
  }

  @Override
  public Norm norm(WeightTensor weight, float epsilon, float offset) {
    device.makeCurrent();
    return kernels.norm(weight, epsilon, offset);
  }

  @Override
  public Activation activation(int columns) {
    device.makeCurrent();
    DeviceBuffer buffer = workspace.reserve(DeviceActivation.bytes(columns, rows), "activations");
    return new DeviceActivation(columns, rows, buffer);
  }

  @Override
  public int openCache(List<AttentionConfig> layers, int pageSize, long bytes, Pass pass) {
    device.makeCurrent();
    AttentionConfig shape = layers.get(0);
    int group = shape.heads() / shape.keyValueHeads();
    if (shape.headSize() > AttentionShape.MOST_HEAD_SIZE
        || shape.headSize() % kernels.headSizeStep() != 0
        || group > AttentionKernels.MOST_GROUP) {
      throw new EngineException(
          ErrorCode.CHECKPOINT_INVALID,
          "The GPU engine has kernels for head sizes of up to "
              + AttentionShape.MOST_HEAD_SIZE
              + " in steps of "
              + kernels.headSizeStep()
              + " and 64 heads a key-value head; this model has "
              + shape.headSize()
              + " and "
              + group);
    }
    AttentionCode code = kernels.attention(shape.headSize());
    cache = device.own(new KeyValueCache(device, layers, pageSize, code.elementBytes()));
    kernels.reserve(workspace);
    sampler =
        device.own(new DeviceSampler(device, kernels, vocabularySize, LOGIT_ROWS, rows, workspace));
    attention = new AttentionKernels(device, code, cache, layers, rows, workspace);
    workspace.allocate(device);
    long weightBytes = kernels.load();
    attention.load();
    planner =
        new AttentionPlanner(
            group,
            shape.keyValueHeads(),
            pageSize,
            code.few().blocks(),
            code.many().blocks(),
            code.folds(),
            2L * shape.keyColumns() * AttentionPlanner.SPLIT * code.elementBytes(),
            AttentionKernels.mostPartials(shape));
    cache.resize(bytes > 0 ? bytes : bytesAfterWarmUp(pass, weightBytes));
    return cache.pages();
  }

  /** Bytes for the cache, once steps over a small one have taken what they need. */
  private long bytesAfterWarmUp(Pass pass, long weightBytes) {
    WarmUp warmUp = new WarmUp(rows, cache.pageSize());
    long used = cache.bytesOfPages(warmUp.pages());
    long free = device.freeBytes();
    long start = System.nanoTime();
    try {
      cache.resize(used);
      pass.run(warmUp.prompts());
      List<BatchLayout> decodes = warmUp.decodes();
      // The largest alone: it also takes what all have in common.
      pass.run(decodes.get(0));
      long before = device.freeBytes();
      decodes.subList(1, decodes.size()).forEach(pass::run);
      long after = device.freeBytes();
      graphs.close(); // they name the small cache
      long budget = WarmUp.budget(after, used, before - after);
      LOG.info(WarmUp.report(device.name(), (System.nanoTime() - start) / 1e9, free, budget));
      return budget;
    } catch (EngineException e) {
      if (e.code() != ErrorCode.OUT_OF_MEMORY) {
        throw e;
      }
      throw new EngineException(
          ErrorCode.OUT_OF_MEMORY,
          "A step of "
              + rows
              + " tokens does not fit on "
              + device.name()
              + ": beside "
              + weightBytes
              + " bytes of weights and "
              + workspace.bytes()
              + " bytes that steps work in, "
              + free
              + " bytes are free; lower maxBatchTokens or maxSequences, or use a GPU with more"
              + " memory ("
              + e.getMessage()
              + ")",
          e);
    }
  }

  // ---- of a step

  @Override
  public void begin(BatchLayout layout) {
    device.makeCurrent();
    graphs.abandon();
    if (layout.rows() > rows) {
      throw new IllegalArgumentException(
          "a step of " + layout.rows() + " tokens where " + rows + " are the most");
    }
    step = layout;
    plan = planner.plan(layout, instruments.shares());
    int bucket = StepShape.bucket(layout);
    stepRows = bucket > 0 && bucket <= rows ? bucket : layout.rows();
    upload.fill(layout, plan, stepRows);
    upload.upload(device);
    cache.copy(layout.batch().copies(), upload);
    if (stepRows == bucket && layout.rows() > 0) {
      int generation = upload.generation() + sampler.generation() + instruments.generation();
      key = StepKey.of(stepRows, plan, generation);
      mode = graphs.contains(key, generation) ? Mode.REPLAY : Mode.CAPTURE;
    } else {
      mode = Mode.EAGER;
    }
    if (mode == Mode.CAPTURE) {
      graphs.beginCapture(key);
    }
    if (layout.rows() > 0 && mode != Mode.REPLAY) {
      attention.beginStep(stepRows, upload);
    }
  }

  @Override
  public void embed(Matrix table, float scale, Activation out) {
    if (mode == Mode.REPLAY) {
      return;
    }
    kernels.embed(
        table,
        upload.part(StepImage.Part.TOKENS),
        sampler.answers(),
        scale,
        (DeviceActivation) out,
        stepRows);
  }

  @Override
  public void addNormalize(
      Activation residual, Activation delta, Norm post, Norm norm, Activation out) {
    if (skips(Part.NORMALIZATION)) {
      return;
    }
    kernels.addNormalize(
        (DeviceActivation) residual,
        (DeviceActivation) delta,
        (DeviceNorm) post,
        (DeviceNorm) norm,
        (DeviceActivation) out,
        stepRows);
  }

  @Override
  public void project(Activation in, Matrix matrix, Activation out) {
    if (skips(Part.PROJECTIONS)) {
      return;
    }
    kernels.project((DeviceActivation) in, matrix, (DeviceActivation) out, stepRows);
  }

  @Override
  public void projectGated(
      Activation in, Matrix gatedMatrix, GateFunction function, Activation out) {
    if (skips(Part.GATED_PROJECTIONS)) {
      return;
    }
    kernels.projectGated(
        (DeviceActivation) in, gatedMatrix, function, (DeviceActivation) out, stepRows);
  }

  @Override
  public void rotateAndStore(
      int layer, AttentionConfig config, Norm queryNorm, Norm keyNorm, Activation qkv) {
    if (skips(Part.ROTATION)) {
      return;
    }
    attention.rotateAndStore(
        layer,
        config,
        (DeviceNorm) queryNorm,
        (DeviceNorm) keyNorm,
        (DeviceActivation) qkv,
        stepRows,
        upload);
  }

  @Override
  public void attend(int layer, AttentionConfig config, Activation qkv, Activation out) {
    if (skips(Part.ATTENTION)) {
      return;
    }
    attention.attend(
        layer,
        config,
        (DeviceActivation) qkv,
        (DeviceActivation) out,
        stepRows,
        mode == Mode.CAPTURE || !plan.few().isEmpty(),
        !plan.many().isEmpty(),
        plan.merges(),
        upload);
  }

  @Override
  public void gather(Activation in, Activation out) {
    if (mode != Mode.REPLAY && step.outputs() > 0) {
      ungathered = (DeviceActivation) in;
      gather(0, mode == Mode.EAGER ? step.outputs() : stepRows, (DeviceActivation) out);
    }
    if (mode == Mode.CAPTURE) {
      graphs.endCapture();
    }
    if (mode != Mode.EAGER) {
      graphs.launch(key);
    }
  }

  /** Gathers outputs from {@code first} on, as many as there is room for. */
  private void gather(int first, int count, DeviceActivation out) {
    kernels.gather(
        ungathered,
        upload.part(StepImage.Part.OUTPUT_ROWS, first),
        out,
        Math.min(count, out.rows()));
  }

  @Override
  public Answers sample(Activation in, Matrix head, float softCap, BatchLayout asked) {
    device.makeCurrent();
    outputs = asked.outputs();
    sampler.begin(asked);
    if (!instruments.omits(Part.LOGITS_AND_SAMPLING)) {
      DeviceActivation gathered = (DeviceActivation) in;
      for (int first = 0; first < outputs; first += gathered.rows()) {
        if (first > 0) {
          gather(first, outputs - first, gathered);
        }
        int count = Math.min(gathered.rows(), outputs - first);
        sampler.launch(gathered, first, count, head, softCap);
      }
    }
    return sampler.answers(asked, instruments.omitsNothing(), described(asked));
  }

  /** The last step, as errors say it. */
  private String described(BatchLayout asked) {
    String launches =
        switch (mode) {
          case EAGER -> "launched one by one";
          case CAPTURE -> "captured at " + stepRows + " rows";
          case REPLAY -> "replayed at " + stepRows + " rows";
        };
    return "a step of "
        + asked.rows()
        + " tokens of "
        + asked.slices()
        + " sequences with "
        + asked.outputs()
        + " outputs, "
        + launches;
  }

  @Override
  public boolean runsAhead() {
    return true;
  }

  Instruments instruments() {
    return instruments;
  }

  /**
   * The logits of the last step, row after row.
   *
   * @throws IllegalStateException if it had more than 256 outputs, of which only the last are there
   */
  float[] logits() {
    if (outputs > LOGIT_ROWS) {
      throw new IllegalStateException(
          "the logits of " + outputs + " outputs where " + LOGIT_ROWS + " are kept");
    }
    return sampler.logits(outputs);
  }

  private boolean skips(Part part) {
    return mode == Mode.REPLAY || instruments.omits(part);
  }

  CudaDevice device() {
    return device;
  }

  KeyValueCache cache() {
    return cache;
  }

  @Override
  public void close() {
    // While the stream records a step that failed, nothing can be freed.
    try {
      graphs.abandon();
    } finally {
      device.close();
    }
  }
}
