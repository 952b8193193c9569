package dev.espalier.engine.cpu;

import static dev.espalier.engine.cpu.Lanes.COUNT;
import static dev.espalier.engine.cpu.Lanes.FLOATS;

import dev.espalier.engine.EngineException;
import dev.espalier.engine.WeightFormat;
import dev.espalier.engine.forward.BatchLayout;
import dev.espalier.engine.forward.ForwardBatch;
import dev.espalier.engine.forward.ForwardResult.OutputResult;
import dev.espalier.engine.model.AttentionConfig;
import dev.espalier.engine.model.GateFunction;
import dev.espalier.engine.model.Operations;
import dev.espalier.engine.model.WeightTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import jdk.incubator.vector.FloatVector;

/** The operations on the Vector API, in float32. */
public final class CpuOperations implements Operations {
  private static final int ROWS_PER_TASK = 8;

  /** Rows whose logits are in memory at a time. */
  private static final int LOGIT_ROWS = 64;

  /** Cache size if the caller leaves it open: half of the free heap, but no more than this. */
  private static final long AUTOMATIC_CACHE_BYTES = 1L << 30;

  private final int maxRows;
  private final IntFunction<OutputSampler> samplerOfVocabulary;
  private final Workers workers;
  private final MatrixPacker packer;
  private final MatrixProduct product;
  private final Rotation rotation;
  private final PagedAttention pagedAttention;
  private final List<CpuActivation> activations = new ArrayList<>();
  private PagedCache cache;
  private BatchLayout step;
  private OutputSampler[] samplers;
  private float[] logits = {};

  /** Of the last step that was sampled. */
  private OutputResult[] results = {};

  /**
   * @param maxRows tokens of a step to make room for; a larger step makes more
   * @param threads that compute, the caller's included; 0 is one a core
   * @param format of the weights in memory
   * @param samplerOfVocabulary makes a sampler for a thread, given the size of the vocabulary
   */
  public CpuOperations(
      int maxRows,
      int threads,
      WeightFormat format,
      IntFunction<OutputSampler> samplerOfVocabulary) {
    this.maxRows = maxRows;
    this.samplerOfVocabulary = samplerOfVocabulary;
    this.workers = new Workers(threads > 0 ? threads : Runtime.getRuntime().availableProcessors());
    this.packer = new MatrixPacker(workers, format);
    this.product = new MatrixProduct(workers);
    this.rotation = new Rotation(workers);
    this.pagedAttention = new PagedAttention(workers);
    KernelWarmUp.start(format);
  }

  @Override
  public Matrix matrix(List<WeightTensor> parts, List<WeightTensor> biases) {
    return packer.stack(parts, biases);
  }

  @Override
  public Matrix gatedMatrix(WeightTensor gate, WeightTensor up, List<WeightTensor> biases) {
    return packer.gated(gate, up, biases);
  }

  @Override
  public Norm norm(WeightTensor weight, float epsilon, float offset) {
    return new CpuNorm(MatrixPacker.vector(weight), epsilon, offset);
  }

  @Override
  public Activation activation(int columns) {
    CpuActivation activation = new CpuActivation(columns, maxRows);
    activations.add(activation);
    return activation;
  }

  @Override
  public int openCache(List<AttentionConfig> layers, int pageSize, long bytes, Pass pass) {
    if (pageSize != PagedCache.PAGE) {
      throw new IllegalArgumentException("pages of " + pageSize + ", not " + PagedCache.PAGE);
    }
    cache = PagedCache.allocate(layers, bytes == 0 ? automaticCacheBytes() : bytes);
    return cache.pages();
  }

  private static long automaticCacheBytes() {
    Runtime runtime = Runtime.getRuntime();
    long free = runtime.maxMemory() - runtime.totalMemory() + runtime.freeMemory();
    return Math.min(free / 2, AUTOMATIC_CACHE_BYTES);
  }

  @Override
  public void begin(BatchLayout newStep) {
    step = newStep;
    for (CpuActivation activation : activations) {
      activation.reserve(Math.max(step.rows(), step.outputs()));
    }
    for (ForwardBatch.PageCopy copy : step.batch().copies()) {
      cache.copy(copy);
    }
    rotation.begin(step);
    pagedAttention.begin(step);
  }

  @Override
  public void embed(Matrix table, float scale, Activation out) {
    CpuActivation to = (CpuActivation) out;
    PackedMatrix rows = (PackedMatrix) table;
    forRows(
        step.rows(),
        row -> {
          int at = row * to.stride();
          int token = step.tokens()[row];
          // Where that chose none, its sequence ends, and any row will do.
          int known = token < 0 ? Math.max(0, results[~token].chosen()) : token;
          rows.row(known, to.data(), at);
          if (scale != 1) {
            for (int i = at; i < at + to.columns(); i++) {
              to.data()[i] *= scale;
            }
          }
        });
  }

  @Override
  public void addNormalize(
      Activation residual, Activation delta, Norm post, Norm norm, Activation out) {
    CpuActivation x = (CpuActivation) residual;
    CpuActivation added = (CpuActivation) delta;
    CpuActivation to = (CpuActivation) out;
    forRows(
        step.rows(),
        row -> {
          int at = row * x.stride();
          if (added != null) {
            if (post != null) {
              ((CpuNorm) post).apply(added.data(), at, added.data(), at);
            }
            add(x.data(), added.data(), at, x.stride());
          }
          ((CpuNorm) norm).apply(x.data(), at, to.data(), at);
        });
  }

  private static void add(float[] to, float[] from, int at, int count) {
    for (int i = at; i < at + count; i += COUNT) {
      FloatVector.fromArray(FLOATS, to, i)
          .add(FloatVector.fromArray(FLOATS, from, i))
          .intoArray(to, i);
    }
  }

  @Override
  public void project(Activation in, Matrix matrix, Activation out) {
    multiply((CpuActivation) in, (PackedMatrix) matrix, null, (CpuActivation) out);
  }

  @Override
  public void projectGated(
      Activation in, Matrix gatedMatrix, GateFunction function, Activation out) {
    multiply((CpuActivation) in, (PackedMatrix) gatedMatrix, function, (CpuActivation) out);
  }

  private void multiply(
      CpuActivation in, PackedMatrix matrix, GateFunction function, CpuActivation out) {
    product.multiply(
        in.data(), 0, in.stride(), step.rows(), matrix, function, out.data(), out.stride());
  }

  @Override
  public void rotateAndStore(
      int layer, AttentionConfig attention, Norm queryNorm, Norm keyNorm, Activation qkv) {
    rotation.rotateAndStore(
        attention, (CpuNorm) queryNorm, (CpuNorm) keyNorm, (CpuActivation) qkv, cache.layer(layer));
  }

  @Override
  public void attend(int layer, AttentionConfig attention, Activation qkv, Activation out) {
    pagedAttention.attend(attention, (CpuActivation) qkv, cache.layer(layer), (CpuActivation) out);
  }

  @Override
  public void gather(Activation in, Activation out) {
    CpuActivation from = (CpuActivation) in;
    CpuActivation to = (CpuActivation) out;
    int stride = from.stride();
    for (int i = 0; i < step.outputs(); i++) {
      System.arraycopy(from.data(), step.outputRows()[i] * stride, to.data(), i * stride, stride);
    }
  }

  @Override
  public Answers sample(Activation in, Matrix head, float softCap, BatchLayout asked) {
    CpuActivation from = (CpuActivation) in;
    int stride = Lanes.align(head.outputs());
    OutputResult[] answers = new OutputResult[asked.outputs()];
    makeRoom(head.outputs(), stride, Math.min(LOGIT_ROWS, answers.length));
    for (int first = 0; first < answers.length; first += LOGIT_ROWS) {
      int begin = first;
      int rows = Math.min(LOGIT_ROWS, answers.length - first);
      product.multiply(
          from.data(),
          first * from.stride(),
          from.stride(),
          rows,
          (PackedMatrix) head,
          null,
          logits,
          stride);
      workers.run(
          rows,
          (row, worker) -> {
            if (softCap > 0) {
              new Exponential().cap(logits, row * stride, stride, softCap);
            }
            answers[begin + row] =
                answer(samplers[worker], row * stride, asked.asked().get(begin + row));
          });
    }
    results = answers;
    return () -> asked.report((row, output) -> answers[row]);
  }

  @Override
  public boolean runsAhead() {
    return false;
  }

  private OutputResult answer(OutputSampler sampler, int at, ForwardBatch.Output output) {
    try {
      return sampler.sample(logits, at, output);
    } catch (EngineException e) {
      return OutputResult.failed(e);
    }
  }

  private void makeRoom(int vocabulary, int stride, int rows) {
    if (samplers == null) {
      samplers = new OutputSampler[workers.count()];
      for (int i = 0; i < samplers.length; i++) {
        samplers[i] = samplerOfVocabulary.apply(vocabulary);
      }
    }
    if (logits.length < stride * rows) {
      logits = new float[stride * rows];
    }
  }

  /** What is done to one row. */
  @FunctionalInterface
  private interface RowTask {
    void run(int row);
  }

  private void forRows(int rows, RowTask task) {
    workers.run(
        (rows + ROWS_PER_TASK - 1) / ROWS_PER_TASK,
        (index, worker) -> {
          int end = Math.min(rows, (index + 1) * ROWS_PER_TASK);
          for (int row = index * ROWS_PER_TASK; row < end; row++) {
            task.run(row);
          }
        });
  }

  @Override
  public void close() {
    workers.close();
  }
}
