package dev.espalier.bench;

import dev.espalier.engine.Dtype;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.cuda.Instruments;
import dev.espalier.engine.cuda.ProductBenchmark;
import dev.espalier.engine.forward.ModelRunner;
import dev.espalier.engine.model.ModelConfig;
import dev.espalier.engine.model.TransformerRunner;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Measures a GPU: first that outputs do not depend on what else runs, then speeds, each beside the
 * bound that the card's memory and arithmetic set. Weights are random, of a known model's shape.
 */
public final class GpuBenchmark {
  private static final int MAX_BATCH_TOKENS = 4096;
  private static final int STEPS = 30;
  private static final int OUTPUTS = 24; // of each sequence whose bits are compared
  private static final long SEED = 11;

  private final String device;
  private final Dtype dtype;
  private final Roofline roofline;
  private final PrintStream out;

  /**
   * @param device such as {@code cuda:0}
   * @param dtype what to compute in
   * @param out receives the tables
   */
  public GpuBenchmark(String device, Dtype dtype, PrintStream out) {
    this.device = device;
    this.dtype = dtype;
    this.roofline = Roofline.of(dtype);
    this.out = out;
  }

  /** Names of the shapes that {@link #run} knows. */
  public static Set<String> shapes() {
    return ModelShapes.all().keySet();
  }

  /**
   * Checks and measures.
   *
   * @param shape one of {@link #shapes}
   * @return whether every check held
   * @throws dev.espalier.engine.EngineException DEVICE_UNAVAILABLE if the device cannot be used
   */
  public boolean run(String shape) {
    ModelConfig config = ModelShapes.all().get(shape);
    if (config == null) {
      throw new IllegalArgumentException(shape + " is none of " + shapes());
    }
    EngineOptions options =
        EngineOptions.defaults()
            .withDevice(device)
            .withDtype(dtype)
            .withMaxBatchTokens(MAX_BATCH_TOKENS);
    boolean good;
    Instruments instruments = Instruments.open(options);
    line("%s in %s on %s", shape, options.computedIn(), instruments.deviceName());
    try (ModelRunner runner = load(config, instruments)) {
      good = checkBits(runner, instruments);
    }
    if (options.computedIn() == Dtype.BFLOAT16) {
      ProductBenchmark.run(options, config, roofline::productSeconds, out);
    }
    instruments = Instruments.open(options);
    try (ModelRunner runner = load(config, instruments)) {
      instruments.fillCacheWithNoise();
      AttentionBenchmark attention =
          new AttentionBenchmark(config, runner, instruments, roofline, out);
      attention.measureApart();
      attention.measureShared();
      measureSteps(config, runner);
      measureParts(config, runner, instruments);
      measureEndToEnd(config, runner);
    }
    return good;
  }

  private ModelRunner load(ModelConfig config, Instruments instruments) {
    long start = System.nanoTime();
    ModelRunner runner =
        TransformerRunner.load(config, new NoiseWeights(), instruments.operations(), 0);
    line("loaded in %.1f s, %d pages", (System.nanoTime() - start) / 1e9, runner.pages());
    return runner;
  }

  private boolean checkBits(ModelRunner runner, Instruments instruments) {
    BitEquality check =
        new BitEquality(runner, instruments::logits, instruments::share, OUTPUTS, SEED);
    List<BitEquality.Outcome> outcomes = new ArrayList<>();
    long start = System.nanoTime();
    check.run(
        outcome -> {
          outcomes.add(outcome);
          line(
              "equal bits, %d sequences, %s: of %d rows of logits and tokens %d differ",
              check.sequences(), outcome.check(), outcome.compared(), outcome.different());
        });
    line(
        "equal bits: %d rows of logits and tokens compared in %.1f s",
        outcomes.stream().mapToLong(BitEquality.Outcome::compared).sum(),
        (System.nanoTime() - start) / 1e9);
    return outcomes.stream().allMatch(o -> o.compared() > 0 && o.different() == 0);
  }

  private void measureSteps(ModelConfig config, ModelRunner runner) {
    DecodeSteps steps = new DecodeSteps(runner);
    for (int context : new int[] {512, 1024, 4096}) {
      for (int batch : new int[] {1, 8, 32, 64, 128, 256}) {
        DecodeSteps.Shape shape = DecodeSteps.Shape.apart(batch, context);
        if (!steps.fits(shape, STEPS)) {
          continue;
        }
        double seconds = steps.seconds(shape, STEPS);
        line(
            "decode %4d x context %5d: %8.2f ms a step, %8.0f tokens/s, %3.0f%% of the bound",
            batch,
            context,
            seconds * 1e3,
            batch / seconds,
            100 * roofline.stepSeconds(config, shape) / seconds);
      }
    }
  }

  /** What each part adds to a decode step: the time of the step less that of one without it. */
  private void measureParts(ModelConfig config, ModelRunner runner, Instruments instruments) {
    DecodeSteps steps = new DecodeSteps(runner);
    List<DecodeSteps.Shape> shapes =
        List.of(
            DecodeSteps.Shape.apart(1, 1024),
            DecodeSteps.Shape.apart(32, 4096),
            DecodeSteps.Shape.apart(256, 1024),
            new DecodeSteps.Shape(16, 16, 2048, 256));
    for (DecodeSteps.Shape shape : shapes) {
      double whole = steps.seconds(shape, STEPS);
      line(
          "parts of a step that decodes %d x %d, %d shared + %d own, %.2f ms, %.0f%% of the bound:",
          shape.groups(),
          shape.rows(),
          shape.shared(),
          shape.own(),
          whole * 1e3,
          100 * roofline.stepSeconds(config, shape) / whole);
      for (Instruments.Part part : Instruments.Part.values()) {
        instruments.omit(Set.of(part));
        double added = whole - steps.seconds(shape, STEPS);
        double bound = roofline.partSeconds(config, part, shape);
        line("  %-20s %7.3f ms, %3.0f%% of the bound", part, added * 1e3, 100 * bound / added);
      }
      instruments.omit(Set.of(Instruments.Part.values()));
      line("  %-20s %7.3f ms", "with none of them", steps.seconds(shape, STEPS) * 1e3);
      instruments.omit(Set.of());
    }
  }

  private void measureEndToEnd(ModelConfig config, ModelRunner runner) {
    List<EndToEnd.Shape> shapes =
        List.of(
            new EndToEnd.Shape(256, 0, 1, 1024, 1024, 256),
            new EndToEnd.Shape(64, 2048, 16, 128, 256, 256),
            new EndToEnd.Shape(1, 0, 1, 128, 512, 1),
            new EndToEnd.Shape(1024, 0, 1, 128, 128, 256));
    for (EndToEnd.Shape shape : shapes) {
      EndToEnd.Outcome outcome = new EndToEnd(runner, MAX_BATCH_TOKENS, true).run(shape);
      line(
          "%d x %d rows, %d shared + %d own -> %d: %.0f output tokens/s in %.2f s, of which %.2f s"
              + " steps with prompts (%d prompt tokens), %d steps, %.0f%% of the bound",
          shape.groups(),
          shape.rows(),
          shape.sharedTokens(),
          shape.ownTokens(),
          shape.outputTokens(),
          outcome.outputTokensPerSecond(),
          outcome.seconds(),
          outcome.promptSeconds(),
          outcome.promptTokens(),
          outcome.steps(),
          100 * bound(config, shape, outcome) / outcome.seconds());
    }
  }

  private double bound(ModelConfig config, EndToEnd.Shape shape, EndToEnd.Outcome outcome) {
    int rows = shape.groups() * shape.rows();
    int batch = Math.min(rows, shape.concurrency());
    int together = Math.min(batch, shape.rows());
    int own = shape.ownTokens() + shape.outputTokens() / 2;
    DecodeSteps.Shape decoded =
        new DecodeSteps.Shape(batch / together, together, shape.sharedTokens(), own);
    double steps = (double) rows / batch * shape.outputTokens();
    return roofline.promptSeconds(config, (double) outcome.promptTokens())
        + steps * roofline.stepSeconds(config, decoded);
  }

  private void line(String format, Object... values) {
    out.println(String.format(Locale.ROOT, format, values));
    out.flush();
  }
}
