package dev.espalier.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestNameTest {

  @Test
  void aSlipFindsItsName() {
    List<String> names = List.of("maxTokens", "minTokens", "n", "topK", "topP");
    assertThat(NearestName.of("maxtoken", names)).contains("maxTokens");
    assertThat(NearestName.of("top_k", names)).contains("topK");
    assertThat(NearestName.of("regex", names)).isEmpty();
    assertThat(NearestName.of("x", names)).isEmpty();
    assertThat(NearestName.hint("; ", "minToken", names)).isEqualTo("; did you mean minTokens?");
    assertThat(NearestName.hint("; ", "zzzzzz", names)).isEmpty();
  }
}
