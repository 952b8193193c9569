package dev.espalier.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.engine.forward.BatchLayout;
import dev.espalier.engine.forward.ForwardBatch;
import dev.espalier.engine.forward.ForwardBatch.Output;
import dev.espalier.engine.forward.ForwardBatch.Slice;
import dev.espalier.engine.forward.ForwardResult;
import dev.espalier.engine.forward.ForwardResult.OutputResult;
import dev.espalier.engine.model.Operations.Activation;
import dev.espalier.engine.model.Operations.Matrix;
import dev.espalier.engine.model.Operations.Norm;
import dev.espalier.engine.model.OperationsSubject.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every operation but attention against its definition in double precision. Each is given what the
 * device itself holds, so that nothing but its own rounding is between it and the definition.
 */
public abstract class OperationsContract implements OperationsSubject.Device {
  private static final int VOCABULARY = 500;
  private static final int HIDDEN = 1088; // several chunks of the canonical reduction
  private static final int WIDE = 520;
  private static final int FEED_FORWARD = 264;
  private static final float SOFT_CAP = 5;
  private static final int LEAST_ROOM = 256; // for gathered rows
  private static final int CHECKED = 90; // rows, of those beyond which some are left out

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 17, 63, 65, 129, 1000})
  public void operationsAreThoseOfTheDefinition(int rows) {
    try (OperationsSubject device = open(1000)) {
      new Check(device, rows, new int[] {0, 0, rows / 3, rows - 1}).run();
    }
  }

  /** As a scoring of many continuations asks of the last token of its prefix. */
  @Test
  public void aStepMayReportMoreThanItsMostTokens() {
    int[] reported = IntStream.range(0, 600).map(i -> i / 120).toArray();
    try (OperationsSubject device = open(LEAST_ROOM)) {
      new Check(device, 5, reported).run();
    }
  }

  /** Rows that take more memory than a GPU's blocks have without asking. */
  @Test
  public void longRowsAreNormalised() {
    int columns = 16_384;
    int[] tokens = {0, 1, 2};
    try (OperationsSubject device = open(256)) {
      Operations operations = device.operations();
      Tensor table = new Tensor("table", tokens.length, columns, 1);
      Tensor weight = new Tensor("norm", columns, 1, 0.5);
      Matrix loadedTable = operations.matrix(List.of(table), List.of());
      Norm norm = operations.norm(weight, 1e-5f, 0);
      Activation x = operations.activation(columns);
      Activation h = operations.activation(columns);
      operations.openCache(List.of(attention()), TransformerRunner.PAGE_SIZE, 4 << 20, step -> {});
      Slice slice = new Slice(tokens, 0, new int[] {0}, List.of());
      operations.begin(
          BatchLayout.of(new ForwardBatch(List.of(), List.of(slice)), tokens.length, 16, 1, null));
      operations.embed(loadedTable, 1, x);
      operations.addNormalize(x, null, null, norm, h);
      float[][] values = device.values(h, tokens.length);
      for (int row = 0; row < tokens.length; row++) {
        double squares = 0;
        for (int column = 0; column < columns; column++) {
          squares += Math.pow(table.at(row, column), 2);
        }
        double scale = 1 / Math.sqrt(squares / columns + 1e-5);
        for (int column = 0; column < columns; column++) {
          double value = table.at(row, column) * scale * weight.at(column, 0);
          assertThat((double) values[row][column])
              .isCloseTo(value, within(device.unit() * Math.abs(value) + 1e-5));
        }
      }
    }
  }

  private static final class Check {
    private final OperationsSubject device;
    private final Operations operations;
    private final int rows;
    private final int[] tokens;
    private final int[] checked;
    private final int[] reported;

    /**
     * @param reported rows, ascending; several, so that the step is no decode step even if it has
     *     one token
     */
    Check(OperationsSubject device, int rows, int[] reported) {
      this.device = device;
      this.operations = device.operations();
      this.rows = rows;
      this.reported = reported;
      Random random = new Random(rows);
      this.tokens = random.ints(rows, 0, VOCABULARY).toArray();
      this.checked =
          IntStream.range(0, rows)
              .filter(row -> rows <= CHECKED || row >= rows - 20 || random.nextInt(rows) < CHECKED)
              .toArray();
    }

    void run() {
      Tensor table = new Tensor("table", VOCABULARY, HIDDEN, 1);
      Matrix loadedTable = operations.matrix(List.of(table), List.of());
      Tensor first = new Tensor("first", WIDE - 120, HIDDEN, spread(HIDDEN));
      var second = new Tensor("second", 120, HIDDEN, spread(HIDDEN));
      var firstBias = new Tensor("first bias", WIDE - 120, 1, 1);
      var secondBias = new Tensor("second bias", 120, 1, 1);
      Matrix wide = operations.matrix(List.of(first, second), List.of(firstBias, secondBias));
      var gate = new Tensor("gate", FEED_FORWARD, HIDDEN, spread(HIDDEN));
      var up = new Tensor("up", FEED_FORWARD, HIDDEN, spread(HIDDEN));
      Matrix gated = operations.gatedMatrix(gate, up, List.of());
      var down = new Tensor("down", HIDDEN, FEED_FORWARD, spread(FEED_FORWARD));
      Matrix narrow = operations.matrix(List.of(down), List.of());
      var norm = new Tensor("norm", HIDDEN, 1, 0.5);
      var post = new Tensor("post", HIDDEN, 1, 0.5);
      var loadedNorm = operations.norm(norm, 1e-5f, 1);
      var loadedPost = operations.norm(post, 1e-6f, 0);
      Activation x = operations.activation(HIDDEN);
      Activation h = operations.activation(HIDDEN);
      Activation product = operations.activation(WIDE);
      Activation gatedProduct = operations.activation(FEED_FORWARD);
      Activation delta = operations.activation(HIDDEN);
      Activation normalised = operations.activation(HIDDEN);
      Activation gathered = operations.activation(HIDDEN);
      device.prepareReading(WIDE, HIDDEN);
      operations.openCache(List.of(attention()), TransformerRunner.PAGE_SIZE, 4 << 20, step -> {});

      BatchLayout step = step();
      operations.begin(step);
      operations.embed(loadedTable, 1.5f, x);
      float[][] embedded = device.values(x, rows);
      each((row, column) -> 1.5 * table.at(tokens[row], column), embedded, 0, "embed");

      operations.addNormalize(x, null, null, loadedNorm, h);
      float[][] normal = device.values(h, rows);
      each(normalise(embedded, norm, 1e-5, 1), normal, device.unit(), "norm");

      operations.project(h, wide, product);
      each(
          (row, column) ->
              column < WIDE - 120
                  ? first.dot(column, normal[row]) + firstBias.at(column, 0)
                  : second.dot(column - WIDE + 120, normal[row])
                      + secondBias.at(column - WIDE + 120, 0),
          device.product(product, rows),
          device.unit(),
          "project");

      for (GateFunction function : GateFunction.values()) {
        operations.projectGated(h, gated, function, gatedProduct);
        DoubleUnaryOperator act = definition(function);
        each(
            (row, column) ->
                act.applyAsDouble(gate.dot(column, normal[row])) * up.dot(column, normal[row]),
            device.values(gatedProduct, rows),
            device.unit(),
            "gated " + function);
      }
      float[][] activated = device.values(gatedProduct, rows);

      operations.project(gatedProduct, narrow, delta);
      float[][] added = device.product(delta, rows);
      each((row, column) -> down.dot(column, activated[row]), added, device.unit(), "down");

      operations.addNormalize(x, delta, loadedPost, loadedNorm, normalised);
      float[][] sum = device.values(x, rows);
      Values afterPost = normalise(added, post, 1e-6, 0);
      each((r, c) -> embedded[r][c] + afterPost.at(r, c), sum, 1e-5, "residual");
      float[][] last = device.values(normalised, rows);
      each(normalise(sum, norm, 1e-5, 1), last, device.unit(), "norm of sum");

      operations.gather(normalised, gathered);
      float[][] some = device.values(gathered, Math.min(LEAST_ROOM, step.outputs()));
      for (int i = 0; i < some.length; i++) {
        assertThat(some[i]).as("gathered %d", i).isEqualTo(last[step.outputRows()[i]]);
      }
      ForwardResult result = operations.sample(gathered, loadedTable, SOFT_CAP, step).await();
      List<OutputResult> answers = result.slices().get(0);
      for (int i = 0; i < step.outputs(); i++) {
        Output output = step.batch().slices().get(0).outputs().get(i);
        checkLogprob(answers.get(i), output, last[step.outputRows()[i]], table);
      }
    }

    private void checkLogprob(OutputResult answer, Output output, float[] row, Tensor head) {
      double[] logits = new double[VOCABULARY];
      double sum = 0;
      for (int token = 0; token < VOCABULARY; token++) {
        logits[token] = SOFT_CAP * Math.tanh(head.dot(token, row) / SOFT_CAP);
        sum += Math.exp(logits[token]);
      }
      assertThat((double) answer.targetLogprob())
          .isCloseTo(logits[output.target()] - Math.log(sum), within(2e-4));
      assertThat(logits[answer.argmax()])
          .isCloseTo(
              IntStream.range(0, VOCABULARY).mapToDouble(t -> logits[t]).max().orElseThrow(),
              within(1e-5));
    }

    /** One slice. */
    private BatchLayout step() {
      List<Output> outputs = new ArrayList<>();
      for (int i = 0; i < reported.length; i++) {
        outputs.add(new Output(reported[i], (7 * i + 3) % VOCABULARY, 0, null));
      }
      int[] pages = IntStream.range(0, (rows + 15) / 16).toArray();
      Slice slice = new Slice(tokens, 0, pages, outputs);
      return BatchLayout.of(
          new ForwardBatch(List.of(), List.of(slice)), VOCABULARY, 16, pages.length, null);
    }

    private Values normalise(float[][] from, Tensor weight, double epsilon, double offset) {
      double[] scale = new double[rows];
      for (int row : checked) {
        double squares = 0;
        for (float value : from[row]) {
          squares += (double) value * value;
        }
        scale[row] = 1 / Math.sqrt(squares / from[row].length + epsilon);
      }
      return (row, column) -> from[row][column] * scale[row] * (weight.at(column, 0) + offset);
    }

    /** Compares with a tolerance relative to the value, and to sums of terms of about 1. */
    private void each(Values expected, float[][] actual, double unit, String what) {
      for (int row : checked) {
        for (int column = 0; column < actual[row].length; column++) {
          double value = expected.at(row, column);
          double tolerance = unit * Math.abs(value) + 1e-5;
          double error = Math.abs(actual[row][column] - value);
          if (!(error <= tolerance)) {
            assertThat((double) actual[row][column])
                .as("%s, row %d of %d, column %d", what, row, rows, column)
                .isCloseTo(value, within(tolerance));
          }
        }
      }
    }
  }

  /** A value of the definition. */
  @FunctionalInterface
  private interface Values {
    double at(int row, int column);
  }

  private static DoubleUnaryOperator definition(GateFunction function) {
    return switch (function) {
      case SILU -> x -> x / (1 + Math.exp(-x));
      case GELU_TANH ->
          x -> 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
    };
  }

  private static double spread(int inputs) {
    return 1 / Math.sqrt(inputs);
  }

  private static AttentionConfig attention() {
    return new AttentionConfig(1, 1, 16, 0.25f, 0, 0, Rope.of(new float[8], 1));
  }
}
