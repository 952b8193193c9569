package dev.espalier.eval.python;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.espalier.jinja.PythonText;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class PythonTextTest {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  @Test
  void valuesAreWrittenAsPythonWritesThem() throws IOException {
    JsonNode cases = Golden.read().path("texts");
    assertThat(cases.size()).isGreaterThan(20);
    for (JsonNode each : cases) {
      Object value = JSON.readValue(each.path("json").asText(), Object.class);
      assertThat(PythonText.repr(value)).isEqualTo(each.path("repr").asText());
      assertThat(PythonText.str(value)).isEqualTo(each.path("str").asText());
      assertThat(PythonText.json(value, true)).isEqualTo(each.path("json").asText());
      assertThat(PythonText.json(value, 2, false)).isEqualTo(each.path("indented").asText());
    }
  }

  @Test
  void tuplesAreWrittenInParentheses() {
    List<Object> pair = PythonText.tuple(Arrays.asList("a", null));
    assertThat(PythonText.repr(pair)).isEqualTo("('a', None)");
    assertThat(PythonText.repr(List.of(PythonText.tuple(List.of(1L))))).isEqualTo("[(1,)]");
    assertThat(PythonText.json(pair, true)).isEqualTo("[\"a\", null]");
  }

  @Test
  void whiteSpaceIsUnicodes() {
    assertThat(PythonText.strip("\u001f\u00a0 x\u2003\n")).isEqualTo("x");
    assertThat(PythonText.rstrip(" x\u0085")).isEqualTo(" x");
    assertThat(PythonText.split(" a\u3000b\n\nc ")).containsExactly("a", "b", "c");
    assertThat(PythonText.splitlines("a\r\nb\u2028c\n")).containsExactly("a", "b", "c");
    assertThat(PythonText.areEqual(List.of(1L, "a"), List.of(1.0, "a"))).isTrue();
    assertThat(PythonText.areEqual(PythonText.tuple(List.of()), List.of())).isFalse();
  }
}
