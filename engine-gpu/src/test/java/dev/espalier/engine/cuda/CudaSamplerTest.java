package dev.espalier.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.engine.EngineException;
import dev.espalier.engine.ErrorCode;
import dev.espalier.engine.forward.ForwardBatch;
import dev.espalier.engine.forward.ForwardBatch.Output;
import dev.espalier.engine.forward.ForwardBatch.Slice;
import dev.espalier.engine.forward.ForwardResult.OutputResult;
import dev.espalier.engine.forward.ModelRunner;
import dev.espalier.engine.forward.TokenChoice;
import dev.espalier.engine.model.AttentionConfig;
import dev.espalier.engine.model.ComputedWeights;
import dev.espalier.engine.model.GateFunction;
import dev.espalier.engine.model.ModelConfig;
import dev.espalier.engine.model.Rope;
import dev.espalier.engine.model.TransformerRunner;
import dev.espalier.engine.sample.LogitsSampler;
import dev.espalier.engine.sample.RandomChoices;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The GPU's sampler against the scalar one on the same logits. Choices are equal without exception:
 * every operation on a score rounds once and as on the host, and weights are integers. Only the sum
 * behind a log-probability is taken in another order, in double precision.
 */
class CudaSamplerTest {
  private static final int HIDDEN = 64;
  private static final int ROWS = 256;
  private static final int MOST_LISTED = 2000;

  @ParameterizedTest
  @CsvSource({
    // vocabulary, logits that differ, steps
    "300, 300, 16",
    "300, 41, 16",
    "8192, 8192, 8",
    "8192, 600, 8",
    "128256, 128256, 3",
    "128256, 5000, 3",
  })
  void everyAnswerIsThatOfTheScalarSampler(int vocabulary, int distinct, int steps) {
    compare(vocabulary, distinct, steps);
  }

  /** More tokens than a block has threads, and ties, in few steps. */
  @Test
  @Tag("sanitizer")
  void answersOfAFewStepsAreThoseOfTheScalarSampler() {
    compare(2500, 700, 2);
  }

  private static void compare(int vocabulary, int distinct, int steps) {
    Random random = new Random(31L * vocabulary + distinct);
    LogitsSampler scalar = new LogitsSampler(vocabulary);
    CudaOperations operations = Gpu.open(ROWS);
    try (ModelRunner runner = runner(operations, vocabulary, distinct)) {
      for (int step = 0; step < steps; step++) {
        List<Output> asked = new ArrayList<>();
        for (int row = 0; row < ROWS; row++) {
          asked.add(randomOutput(random, row, vocabulary));
        }
        List<OutputResult> answers = run(runner, random, asked);
        float[] logits = operations.instruments().logits();
        for (int row = 0; row < ROWS; row++) {
          compare(
              answers.get(row),
              scalar.sample(logits, row * vocabulary, asked.get(row)),
              "step " + step + ": " + asked.get(row));
        }
      }
    }
  }

  private static Output randomOutput(Random random, int row, int vocabulary) {
    return new Output(
        row,
        random.nextBoolean() ? random.nextInt(vocabulary) : -1,
        random.nextInt(4) == 0 ? 1 + random.nextInt(20) : 0,
        random.nextInt(8) == 0 ? null : RandomChoices.next(random, vocabulary, MOST_LISTED));
  }

  private static void compare(OutputResult actual, OutputResult expected, String described) {
    assertThat(actual.chosen()).as(described).isEqualTo(expected.chosen());
    assertThat(actual.argmax()).as(described).isEqualTo(expected.argmax());
    assertThat(actual.alternativeTokens()).as(described).isEqualTo(expected.alternativeTokens());
    compare(actual.chosenLogprob(), expected.chosenLogprob(), described);
    compare(actual.targetLogprob(), expected.targetLogprob(), described);
    for (int i = 0; i < expected.alternativeLogprobs().length; i++) {
      compare(actual.alternativeLogprobs()[i], expected.alternativeLogprobs()[i], described);
    }
  }

  private static void compare(float actual, float expected, String described) {
    if (Float.isNaN(expected)) {
      assertThat(actual).as(described).isNaN();
    } else {
      assertThat(actual).as(described).isCloseTo(expected, within(Math.ulp(expected) + 1e-13f));
    }
  }

  @Test
  @Tag("sanitizer")
  void moreOutputsThanRowsOfLogitsAreAnsweredAsInSmallerSteps() {
    int vocabulary = 1000;
    CudaOperations operations = Gpu.open(3 * ROWS);
    try (ModelRunner runner = runner(operations, vocabulary, 70)) {
      Random random = new Random(5);
      List<Output> asked = new ArrayList<>();
      for (int row = 0; row < 2 * ROWS + 77; row++) {
        asked.add(randomOutput(random, row, vocabulary));
      }
      List<OutputResult> together = run(runner, new Random(6), asked);
      for (int first = 0; first < asked.size(); first += 100) {
        List<Output> part = asked.subList(first, Math.min(asked.size(), first + 100));
        List<OutputResult> apart = run(runner, new Random(6), part);
        for (int i = 0; i < part.size(); i++) {
          compare(together.get(first + i), apart.get(i), "row " + (first + i));
        }
      }
    }
  }

  @Test
  void aChoiceThatAllowsNothingIsAFaultOfItsOutputAlone() {
    int vocabulary = 300;
    CudaOperations operations = Gpu.open(ROWS);
    try (ModelRunner runner = runner(operations, vocabulary, vocabulary)) {
      for (double temperature : new double[] {0, 0.7}) {
        Output none = new Output(0, -1, 0, allowing(temperature, new long[5]));
        Output one = new Output(0, -1, 0, allowing(temperature, new long[] {0, 0, 4}));
        Output after = new Output(1, -1, 2, allowing(temperature, new long[] {0, 0, 4}));
        List<OutputResult> answers = run(runner, new Random(1), List.of(none, after));
        EngineException failure = answers.get(0).failure();
        assertThat(failure.code()).isEqualTo(ErrorCode.CONSTRAINT_UNSATISFIABLE);
        assertThat(failure).hasMessage(TokenChoice.ALLOWS_NONE);
        assertThat(answers.get(1).failure()).isNull();
        assertThat(answers.get(1).chosen()).isEqualTo(130);
        assertThat(run(runner, new Random(1), List.of(one)).get(0).chosen()).isEqualTo(130);
      }
    }
  }

  @Test
  void logitsThatABiasMakesTooLargeAreAFaultOfTheirOutputAlone() {
    int vocabulary = 300;
    CudaOperations operations = Gpu.open(ROWS);
    try (ModelRunner runner = runner(operations, vocabulary, vocabulary)) {
      for (double temperature : new double[] {0, 0.7}) {
        for (float bias : new float[] {Float.POSITIVE_INFINITY, Float.MAX_VALUE}) {
          Output large = new Output(0, -1, 2, biased(temperature, bias));
          Output after = new Output(1, -1, 2, biased(temperature, 1e6f));
          List<OutputResult> answers = run(runner, new Random(1), List.of(large, after));
          EngineException failure = answers.get(0).failure();
          assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_PARAMETERS);
          assertThat(failure).hasMessage(TokenChoice.OVERFLOWS);
          assertThat(answers.get(1).failure()).isNull();
          assertThat(answers.get(1).chosen()).isEqualTo(77);
          assertThat(answers.get(1).alternativeTokens()).hasSize(2);
        }
      }
    }
  }

  /** Token 77 with a bias and, as one that came before, a repetition penalty that doubles it. */
  private static TokenChoice biased(double temperature, float bias) {
    int[] none = {};
    int[] one = {77};
    return new TokenChoice(
        temperature, 0, 1, 0, 0.5, 0, 0, one, none, none, one, new float[] {bias}, null, 9, 9);
  }

  @Test
  void logitsThatAreNoNumbersAreAFaultOfTheirOutput() {
    CudaOperations operations = Gpu.open(ROWS);
    ModelConfig config = config(300);
    ComputedWeights damaged =
        new ComputedWeights(
            (name, row, column) ->
                name.equals("lm_head.weight") && row == 77 ? Double.NaN : value(name, row, column));
    try (ModelRunner runner = TransformerRunner.load(config, damaged, operations, 1 << 20)) {
      EngineException failure =
          run(runner, new Random(1), List.of(new Output(0, 3, 0, null))).get(0).failure();
      assertThat(failure.code()).isEqualTo(ErrorCode.LOGITS_NOT_FINITE);
      assertThat(failure).hasMessageContaining("not finite");
    }
  }

  private static TokenChoice allowing(double temperature, long[] mask) {
    int[] none = {};
    float[] biases = {};
    return new TokenChoice(
        temperature, 0, 1, 0, 1, 0, 0, none, none, none, none, biases, mask, 9, 9);
  }

  /** A step over random tokens, the same for equal seeds. */
  private static List<OutputResult> run(ModelRunner runner, Random random, List<Output> outputs) {
    int count = outputs.get(outputs.size() - 1).index() + 1;
    int[] tokens = random.ints(count, 0, runner.vocabularySize()).toArray();
    int[] pages = IntStream.range(0, (count + 15) / 16).toArray();
    Slice slice = new Slice(tokens, 0, pages, outputs);
    return runner.run(new ForwardBatch(List.of(), List.of(slice))).slices().get(0);
  }

  /** Logits of {@code distinct} values in a row, with a deviation of about 4. */
  private static ModelRunner runner(CudaOperations operations, int vocabulary, int distinct) {
    ComputedWeights weights =
        new ComputedWeights(
            (name, row, column) ->
                value(name, name.equals("lm_head.weight") ? row % distinct : row, column));
    return TransformerRunner.load(config(vocabulary), weights, operations, 1 << 20);
  }

  private static double value(String name, int row, int column) {
    double noise = ComputedWeights.noise(1, name, row, column);
    return name.contains("norm") ? 1 : noise * (name.equals("lm_head.weight") ? 0.5 : 0.125);
  }

  private static ModelConfig config(int vocabulary) {
    float[] frequencies = new float[32];
    AttentionConfig attention =
        new AttentionConfig(1, 1, 64, 0.125f, 0, 0, Rope.of(frequencies, 1));
    return new ModelConfig(
        "Test",
        vocabulary,
        HIDDEN,
        HIDDEN,
        4096,
        1e-5f,
        0,
        1,
        GateFunction.SILU,
        0,
        false,
        new ModelConfig.LayerParts(false, false, false, false, false),
        List.of(attention));
  }
}
