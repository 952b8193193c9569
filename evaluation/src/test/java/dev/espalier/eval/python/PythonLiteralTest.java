package dev.espalier.eval.python;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.espalier.jinja.PythonText;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class PythonLiteralTest {
  @Test
  void literalsAreWhatPythonReads() throws IOException {
    JsonNode cases = Golden.read("literals.json").path("cases");
    assertThat(cases.size()).isGreaterThan(45);
    for (JsonNode each : cases) {
      String text = each.get(0).asText();
      assertThat(PythonText.repr(PythonLiteral.read(text)))
          .as(text)
          .isEqualTo(each.get(1).asText());
    }
  }

  @Test
  void allElseIsRefused() throws IOException {
    for (JsonNode each : Golden.read("literals.json").path("bad")) {
      assertThatThrownBy(() -> PythonLiteral.read(each.asText()))
          .as(each.asText())
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> PythonLiteral.read("[".repeat(5000)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
