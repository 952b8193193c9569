package dev.espalier.engine.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.engine.EngineException;
import dev.espalier.engine.ErrorCode;
import dev.espalier.engine.forward.ForwardBatch.Output;
import dev.espalier.engine.forward.ForwardResult.OutputResult;
import dev.espalier.engine.forward.TokenChoice;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class LogitsSamplerTest {
  private static final int OFFSET = 5;

  @Test
  void everyChoiceIsThatOfThePlainReference() {
    for (int seed = 0; seed < 20_000; seed++) {
      Random random = new Random(seed);
      int size = 1 + random.nextInt(random.nextInt(10) == 0 ? 500 : 20);
      float[] logits = randomLogits(random, size);
      TokenChoice choice = RandomChoices.next(random, size, size);
      OutputResult result =
          new LogitsSampler(size).sample(logits, OFFSET, new Output(0, -1, 0, choice));
      assertThat(ReferenceSampler.acceptable(logits, OFFSET, size, choice))
          .as("seed %d", seed)
          .contains(result.chosen());
    }
  }

  @Test
  void drawsFollowTheProbabilities() {
    float[] logits = {0, 0, 0, 0, 0, 1, 2, 0.5f, -1, 3};
    int size = logits.length - OFFSET;
    int draws = 200_000;
    int[] counts = new int[size];
    LogitsSampler sampler = new LogitsSampler(size);
    for (int i = 0; i < draws; i++) {
      TokenChoice choice = choice(0.7, 0, 1, 0, null, 42, i);
      counts[sampler.sample(logits, OFFSET, new Output(0, -1, 0, choice)).chosen()]++;
    }
    double total =
        IntStream.range(0, size).mapToDouble(t -> Math.exp(logits[OFFSET + t] / 0.7)).sum();
    double chiSquare = 0;
    for (int t = 0; t < size; t++) {
      double expected = draws * Math.exp(logits[OFFSET + t] / 0.7) / total;
      chiSquare += (counts[t] - expected) * (counts[t] - expected) / expected;
    }
    // 99.99% quantile of the distribution with 4 degrees of freedom
    assertThat(chiSquare).isLessThan(23.5);
  }

  @Test
  void alternativesAreTheMostProbableTheSmallerIdFirst() {
    for (int seed = 0; seed < 500; seed++) {
      Random random = new Random(seed);
      int size = 1 + random.nextInt(300);
      float[] logits = randomLogits(random, size);
      int asked = 1 + random.nextInt(30);
      int target = random.nextInt(size);
      OutputResult result =
          new LogitsSampler(size).sample(logits, OFFSET, new Output(0, target, asked, null));
      List<Integer> expected = new ArrayList<>(IntStream.range(0, size).boxed().toList());
      expected.sort(Comparator.comparingDouble((Integer t) -> -(logits[OFFSET + t] + 0.0)));
      assertThat(result.alternativeTokens())
          .containsExactly(expected.stream().limit(asked).mapToInt(Integer::intValue).toArray());
      double sum = IntStream.range(0, size).mapToDouble(t -> Math.exp(logits[OFFSET + t])).sum();
      for (int i = 0; i < result.alternativeTokens().length; i++) {
        double logprob = logits[OFFSET + result.alternativeTokens()[i]] - Math.log(sum);
        assertThat((double) result.alternativeLogprobs()[i]).isCloseTo(logprob, within(1e-5));
      }
      assertThat((double) result.targetLogprob())
          .isCloseTo(logits[OFFSET + target] - Math.log(sum), within(1e-5));
      assertThat(result.argmax()).isEqualTo(expected.get(0));
      assertThat(result.chosen()).isEqualTo(-1);
      assertThat(result.chosenLogprob()).isNaN();
    }
  }

  @Test
  void logprobsIgnoreWhatTheChoiceChanges() {
    float[] logits = {0, 0, 0, 0, 0, 4, 3, 1};
    TokenChoice choice = choice(0, 0, 1, 0, new long[] {0b100}, 0, 0);
    OutputResult result = new LogitsSampler(3).sample(logits, OFFSET, new Output(0, -1, 0, choice));
    assertThat(result.chosen()).isEqualTo(2);
    double sum = Math.exp(4) + Math.exp(3) + Math.exp(1);
    assertThat((double) result.chosenLogprob()).isCloseTo(1 - Math.log(sum), within(1e-6));
  }

  @Test
  void tinyTemperaturesAreGreedyAndDoNotOverflow() {
    float[] logits = {0, 0, 0, 0, 0, 1, 3, 3, -2};
    for (double temperature : new double[] {Double.MIN_VALUE, 1e-45, 1e-30, 1e-9}) {
      TokenChoice choice = choice(temperature, 0, 1, 0, new long[] {0b1011}, 3, 1);
      assertThat(new LogitsSampler(4).sample(logits, OFFSET, new Output(0, -1, 0, choice)).chosen())
          .isEqualTo(1);
    }
  }

  /** A bias is penalised with the logit that it is added to; the other order would choose 0. */
  @Test
  void biasComesBeforePenalties() {
    float[] logits = {0, 0, 0, 0, 0, 3, 4.5f};
    assertThat(chosen(logits, biased(new int[] {1}, new float[] {0.5f}, 2))).isZero();
    assertThat(chosen(logits, biased(new int[] {1}, new float[] {2}, 2))).isEqualTo(1);
    // (-4 + 3) * 0.5 is more than -1, and (-4 * 0.5) + 3 even more, but (-4 + 3) * 2 is less.
    float[] negative = {0, 0, 0, 0, 0, -1, -4};
    assertThat(chosen(negative, biased(new int[] {1}, new float[] {3}, 0.5))).isEqualTo(1);
    assertThat(chosen(negative, biased(new int[] {1}, new float[] {3}, 2))).isZero();
  }

  private static int chosen(float[] logits, TokenChoice choice) {
    return new LogitsSampler(logits.length - OFFSET)
        .sample(logits, OFFSET, new Output(0, -1, 0, choice))
        .chosen();
  }

  /** Greedy, with token 1 seen before. */
  private static TokenChoice biased(int[] tokens, float[] biases, double repetition) {
    int[] none = {};
    return new TokenChoice(
        0, 0, 1, 0, repetition, 0, 0, new int[] {1}, none, none, tokens, biases, null, 0, 0);
  }

  @Test
  void whatFloat32CannotHoldIsAFaultOfItsRequest() {
    float[] logits = {0, 0, 0, 0, 0, 1, 2};
    for (float bias : new float[] {Float.MAX_VALUE, Float.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> chosen(logits, biased(new int[] {1}, new float[] {bias}, 0.5)))
          .isInstanceOfSatisfying(
              EngineException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PARAMETERS))
          .hasMessageContaining("float32");
    }
    assertThatThrownBy(() -> chosen(logits, choice(0, 0, 1, 0, new long[] {0}, 0, 0)))
        .isInstanceOfSatisfying(
            EngineException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.CONSTRAINT_UNSATISFIABLE));
  }

  @Test
  void logitsThatAreNoNumbersAreAFault() {
    float[] logits = {0, 0, 0, 0, 0, 1, Float.NaN, 2};
    assertThatThrownBy(() -> new LogitsSampler(3).sample(logits, OFFSET, new Output(0, 1, 0, null)))
        .isInstanceOfSatisfying(
            EngineException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.LOGITS_NOT_FINITE));
  }

  private static float[] randomLogits(Random random, int size) {
    float[] logits = new float[OFFSET + size];
    boolean coarse = random.nextInt(3) == 0;
    for (int i = 0; i < size; i++) {
      double logit = random.nextGaussian() * 4;
      logits[OFFSET + i] = (float) (coarse ? Math.rint(logit) : logit);
    }
    return logits;
  }

  private static TokenChoice choice(
      double temperature, int topK, double topP, double minP, long[] allowed, long seed, int at) {
    int[] none = {};
    return new TokenChoice(
        temperature,
        topK,
        topP,
        minP,
        1,
        0,
        0,
        none,
        none,
        none,
        none,
        new float[0],
        allowed,
        seed,
        at);
  }
}
