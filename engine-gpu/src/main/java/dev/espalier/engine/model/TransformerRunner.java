package dev.espalier.engine.model;

import dev.espalier.engine.forward.BatchLayout;
import dev.espalier.engine.forward.ForwardBatch;
import dev.espalier.engine.forward.ForwardResult;
import dev.espalier.engine.forward.LaunchedForward;
import dev.espalier.engine.forward.ModelRunner;

/** The forward pass of every family, on the operations of one device. */
public final class TransformerRunner implements ModelRunner {

  /** Tokens in a page of keys and values. */
  public static final int PAGE_SIZE = 16;

  private final ModelConfig config;
  private final Operations operations;
  private final TransformerWeights weights;
  private final int pages;

  /** The last step, once it was sampled: whose choices the next one may embed. */
  private BatchLayout sampled;

  // x, h, delta: [rows, hidden]; gathered: [outputs, hidden]
  private final Operations.Activation x;
  private final Operations.Activation h;
  private final Operations.Activation delta;
  private final Operations.Activation gathered;
  private final Operations.Activation qkv; // [rows, queries | keys | values]
  private final Operations.Activation attended; // [rows, heads * headSize]
  private final Operations.Activation gated; // [rows, feedForward]

  private TransformerRunner(
      ModelConfig config, WeightSource source, Operations operations, long kvCacheBytes) {
    this.config = config;
    this.operations = operations;
    this.weights = TransformerWeights.load(config, source, operations);
    this.x = operations.activation(config.hiddenSize());
    this.h = operations.activation(config.hiddenSize());
    this.delta = operations.activation(config.hiddenSize());
    this.gathered = operations.activation(config.hiddenSize());
    this.qkv = operations.activation(config.maxQkvColumns());
    this.attended = operations.activation(config.maxQueryColumns());
    this.gated = operations.activation(config.feedForwardSize());
    this.pages = operations.openCache(config.layers(), PAGE_SIZE, kvCacheBytes, this::pass);
  }

  /**
   * Loads the weights onto the device and makes the cache.
   *
   * @param operations owned by the runner from here on, and closed with it or if this fails
   * @param kvCacheBytes memory for keys and values; 0 lets the device choose
   * @throws dev.espalier.engine.EngineException CHECKPOINT_INVALID or OUT_OF_MEMORY
   */
  public static TransformerRunner load(
      ModelConfig config, WeightSource source, Operations operations, long kvCacheBytes) {
    try {
      return new TransformerRunner(config, source, operations, kvCacheBytes);
    } catch (RuntimeException | Error e) {
      operations.close();
      throw e;
    }
  }

  @Override
  public boolean runsAhead() {
    return operations.runsAhead();
  }

  @Override
  public LaunchedForward launch(ForwardBatch batch) {
    BatchLayout step = BatchLayout.of(batch, vocabularySize(), pageSize(), pages(), sampled);
    sampled = null;
    operations.begin(step);
    if (step.rows() > 0) {
      forward();
    }
    return new Launched(step);
  }

  private void pass(BatchLayout step) {
    operations.begin(step);
    forward();
    operations.sample(gathered, weights.head(), config.logitSoftCap(), step).await();
  }

  private void forward() {
    operations.embed(weights.embedding(), config.embeddingScale(), x);
    Operations.Activation added = null;
    Operations.Norm post = null;
    for (int i = 0; i < config.layers().size(); i++) {
      AttentionConfig attention = config.layers().get(i);
      TransformerWeights.Layer layer = weights.layers().get(i);
      operations.addNormalize(x, added, post, layer.attentionNorm(), h);
      operations.project(h, layer.qkv(), qkv);
      operations.rotateAndStore(i, attention, layer.queryNorm(), layer.keyNorm(), qkv);
      operations.attend(i, attention, qkv, attended);
      operations.project(attended, layer.output(), delta);
      operations.addNormalize(x, delta, layer.attentionPostNorm(), layer.feedForwardNorm(), h);
      operations.projectGated(h, layer.gateUp(), config.gateFunction(), gated);
      operations.project(gated, layer.down(), delta);
      added = delta;
      post = layer.feedForwardPostNorm();
    }
    operations.addNormalize(x, added, post, weights.finalNorm(), h);
    operations.gather(h, gathered);
  }

  private final class Launched implements LaunchedForward {
    private final BatchLayout step;
    private Operations.Answers answers;

    Launched(BatchLayout step) {
      this.step = step;
    }

    @Override
    public void sample(ForwardBatch asked) {
      BatchLayout layout = step.asking(asked);
      answers =
          step.rows() > 0
              ? operations.sample(gathered, weights.head(), config.logitSoftCap(), layout)
              : () -> layout.report((row, output) -> null);
      sampled = layout;
    }

    @Override
    public ForwardResult await() {
      return answers.await();
    }
  }

  @Override
  public int contextLength() {
    return config.contextLength();
  }

  @Override
  public int vocabularySize() {
    return config.vocabularySize();
  }

  @Override
  public int pageSize() {
    return PAGE_SIZE;
  }

  @Override
  public int pages() {
    return pages;
  }

  @Override
  public void close() {
    operations.close();
  }
}
