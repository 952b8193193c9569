package dev.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonReasonTest {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\n \"a\": [1, 2",
        "{\n \"a\"",
        "{\"a\": NaN}",
        "{\"a\": +1}",
        "{\"a\": 01}",
        "{\"a\": \"b\tc\"}",
        "{\"a\": \"\\x\"}",
        "{\"a\": 1,}",
        "{'a': 1}",
        "{a: 1}",
        "// no\n{}",
        "{\"a\": 1, \"a\": 2}",
        "\uFEFF{}",
        "DEEP",
        "LONG"
      })
  void saysWhatIsWrongInWordsOfJson(String text) {
    String json =
        text.equals("DEEP") ? "[".repeat(2000) : text.equals("LONG") ? "9".repeat(2000) : text;
    JsonProcessingException failure =
        catchThrowableOfType(JsonProcessingException.class, () -> JSON.readTree(json));
    assertThat(JsonReason.of(failure))
        .isNotBlank()
        .doesNotContain("`", "Source", "Feature", "Node", "com.");
  }
}
