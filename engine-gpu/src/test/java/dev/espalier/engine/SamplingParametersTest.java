package dev.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SamplingParametersTest {

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
}
