package dev.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class SamplingParametersTest {
  private static final double NAN = Double.NaN;
  private static final double INFINITY = Double.POSITIVE_INFINITY;

  @Test
  void alternativesHaveALimitThatTheErrorNames() {
    int most = SamplingParameters.MOST_LOGPROBS;
    assertThat(SamplingParameters.builder().logprobs(most).build().logprobs()).isEqualTo(most);
    assertThatThrownBy(() -> SamplingParameters.builder().logprobs(most + 1).build())
        .isInstanceOfSatisfying(
            EngineException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PARAMETERS))
        .hasMessageContainingAll("logprobs", "1001", "between 0 and 1000");
  }

  @Test
  void allThatIsOutOfRangeIsReportedTogether() {
    assertThatThrownBy(
            () -> SamplingParameters.builder().logprobs(-1).temperature(-1).topP(2).build())
        .hasMessageContainingAll("logprobs", "temperature", "topP");
  }

  @Test
  void whatFloat32CannotHoldIsRefused() {
    for (double value : new double[] {1e-45, 1e-50, Double.MIN_VALUE, 1e39, NAN, INFINITY, -1}) {
      refused("repetitionPenalty", b -> b.repetitionPenalty(value));
      refused("temperature", b -> b.temperature(value));
    }
    for (double value : new double[] {1e39, -1e39, 1e7, NAN, INFINITY, -INFINITY}) {
      refused("logitBias", b -> b.logitBias(Map.of(5, value)));
      refused("presencePenalty", b -> b.presencePenalty(value));
      refused("frequencyPenalty", b -> b.frequencyPenalty(value));
      refused("topP", b -> b.topP(value));
      refused("minP", b -> b.minP(value));
    }
    refused("repetitionPenalty", b -> b.repetitionPenalty(0));
  }

  @Test
  void theEndsOfEachRangeAreAccepted() {
    for (double value : new double[] {1e-6, 1e6}) {
      accepted(b -> b.repetitionPenalty(value).temperature(value).logitBias(Map.of(5, value)));
      accepted(b -> b.logitBias(Map.of(5, -value)));
    }
    accepted(b -> b.temperature(-0.0).minP(1).topP(1e-300));
    accepted(b -> b.presencePenalty(-2).frequencyPenalty(2));
    accepted(b -> b.n(SamplingParameters.MOST_SAMPLES));
  }

  @Test
  void allTokensAreSaidInBothOfVllmsWays() {
    assertThat(SamplingParameters.builder().topK(-1).build())
        .isEqualTo(SamplingParameters.builder().topK(0).build());
    refused("topK", b -> b.topK(-2));
  }

  @Test
  void samplesAndTextsAreBounded() {
    int most = SamplingParameters.MOST_TEXTS;
    refused("n", b -> b.n(0));
    refused("n", b -> b.n(SamplingParameters.MOST_SAMPLES + 1));
    refused("stop", b -> b.stopStrings(Collections.nCopies(most + 1, "a")));
    refused("badWords", b -> b.badWords(Collections.nCopies(most + 1, "a")));
  }

  @Test
  void idsThatNoModelHasAreRefused() {
    refused("logitBias", b -> b.logitBias(Map.of(-5, 1.0)));
    refused("allowedTokens", b -> b.allowedTokens(Set.of(3, -5)));
    refused("stopTokens", b -> b.stopTokens(Set.of(3, -5)));
  }

  @Test
  void anEmptyTextIsNamedByItsFieldAndPlace() {
    assertThat(refused("stop", b -> b.stopStrings(List.of(""))))
        .isEqualTo("stop holds the empty string \"\"");
    assertThat(refused("badWords", b -> b.badWords(List.of("a", ""))))
        .isEqualTo("badWords holds the empty string \"\" (number 2)");
  }

  /** The message of the one problem, which is of {@code parameter}. */
  private static String refused(String parameter, Consumer<SamplingParameters.Builder> change) {
    SamplingParameters.Builder builder = SamplingParameters.builder();
    change.accept(builder);
    InvalidParametersException refusal =
        catchThrowableOfType(InvalidParametersException.class, builder::build);
    assertThat(refusal).as(parameter).isNotNull();
    assertThat(refusal.problems())
        .extracting(InvalidParametersException.Problem::parameter)
        .containsExactly(parameter);
    assertThat(refusal).hasMessageStartingWith(parameter + " ");
    return refusal.getMessage();
  }

  private static void accepted(Consumer<SamplingParameters.Builder> change) {
    SamplingParameters.Builder builder = SamplingParameters.builder();
    change.accept(builder);
    assertThat(builder.build().toBuilder().build()).isEqualTo(builder.build());
  }
}
