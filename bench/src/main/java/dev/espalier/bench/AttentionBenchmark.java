package dev.espalier.bench;

import dev.espalier.engine.cuda.Instruments;
import dev.espalier.engine.forward.ModelRunner;
import dev.espalier.engine.model.ModelConfig;
import java.io.PrintStream;
import java.util.Locale;
import java.util.Set;

/**
 * Times the attention of decode steps, all layers of a step: the time of a step less that of one
 * without it.
 */
final class AttentionBenchmark {
  private static final int STEPS = 30;
  private static final int OWN = 256;

  private final ModelConfig config;
  private final Instruments instruments;
  private final Roofline roofline;
  private final PrintStream out;
  private final DecodeSteps steps;

  AttentionBenchmark(
      ModelConfig config,
      ModelRunner runner,
      Instruments instruments,
      Roofline roofline,
      PrintStream out) {
    this.config = config;
    this.instruments = instruments;
    this.roofline = roofline;
    this.out = out;
    this.steps = new DecodeSteps(runner);
  }

  /** Sequences that share nothing, by batch and context. */
  void measureApart() {
    for (int context : new int[] {512, 1024, 4096, 16384}) {
      for (int batch : new int[] {1, 8, 32, 64, 128, 256}) {
        DecodeSteps.Shape shape = DecodeSteps.Shape.apart(batch, context);
        if (steps.fits(shape, STEPS)) {
          double seconds = seconds(shape);
          line(
              "attention %4d x context %5d: %8.3f ms a step, %5.2f TB/s, %3.0f%% of the bound",
              batch,
              context,
              seconds * 1e3,
              roofline.keyValueBytes(config, shape) / seconds / 1e12,
              100 * roofline.attentionSeconds(config, shape) / seconds);
        }
      }
    }
  }

  /** Sequences that share a beginning, by its length and the size of a group. */
  void measureShared() {
    for (int shared : new int[] {512, 2048, 8192, 32768}) {
      for (int rows : new int[] {4, 16, 64, 256}) {
        measureShared(new DecodeSteps.Shape(1, rows, shared, OWN));
      }
      measureShared(new DecodeSteps.Shape(16, 16, shared, OWN));
    }
  }

  private void measureShared(DecodeSteps.Shape shape) {
    if (!steps.fits(shape, STEPS)) {
      return;
    }
    double once = seconds(shape);
    instruments.share(false);
    double each = seconds(shape);
    instruments.share(true);
    DecodeSteps.Shape apart = DecodeSteps.Shape.apart(shape.sequences(), shape.context());
    line(
        "attention %2d x %3d share %5d + %d own: %8.3f ms a step, each on its own %8.3f ms,"
            + " %4.1f times (bytes %4.1f), %3.0f%% of the bound",
        shape.groups(),
        shape.rows(),
        shape.shared(),
        shape.own(),
        once * 1e3,
        each * 1e3,
        each / once,
        (double) apart.positions() / shape.positions(),
        100 * roofline.attentionSeconds(config, shape) / once);
  }

  private double seconds(DecodeSteps.Shape shape) {
    double with = steps.seconds(shape, STEPS);
    instruments.omit(Set.of(Instruments.Part.ATTENTION));
    double without = steps.seconds(shape, STEPS);
    instruments.omit(Set.of());
    return with - without;
  }

  private void line(String format, Object... values) {
    out.println(String.format(Locale.ROOT, format, values));
    out.flush();
  }
}
