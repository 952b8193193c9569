package dev.espalier.eval.python;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.espalier.jinja.PythonPattern;
import dev.espalier.jinja.PythonPattern.Match;
import dev.espalier.jinja.PythonText;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class PythonPatternTest {
  private static String json(Object value) {
    return PythonText.json(value, true);
  }

  private static Object value(JsonNode node) throws IOException {
    return new ObjectMapper().treeToValue(node, Object.class);
  }

  @Test
  void patternsMatchWhatTheyMatchInPython() throws IOException {
    JsonNode golden = Golden.read("patterns.json");
    assertThat(golden.path("cases").size()).isGreaterThan(40);
    for (JsonNode each : golden.path("cases")) {
      String source = each.path("pattern").asText();
      String text = each.path("text").asText();
      String replacement = each.path("replacement").asText();
      PythonPattern pattern = PythonPattern.compile(source);
      assertThat(json(pattern.findall(text)))
          .as(source)
          .isEqualTo(json(value(each.path("findall"))));
      assertThat(pattern.sub(replacement, text)).as(source).isEqualTo(each.path("sub").asText());
      assertThat(pattern.sub(replacement, text, 1))
          .as(source)
          .isEqualTo(each.path("once").asText());
      assertThat(json(pattern.split(text))).as(source).isEqualTo(json(value(each.path("split"))));
      assertThat(json(pattern.search(text).map(match -> match.group(0)).orElse(null)))
          .as(source)
          .isEqualTo(json(value(each.path("search"))));
      assertThat(pattern.match(text).isPresent())
          .as(source)
          .isEqualTo(each.path("match").asBoolean());
      assertThat(pattern.fullmatch(text).isPresent())
          .as(source)
          .isEqualTo(each.path("fullmatch").asBoolean());
    }
  }

  @Test
  void whatIsNoPatternIsRefusedBySource() throws IOException {
    for (JsonNode bad : Golden.read("patterns.json").path("bad")) {
      assertThatThrownBy(() -> PythonPattern.compile(bad.asText()))
          .as(bad.asText())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("`" + bad.asText() + "`");
    }
    PythonPattern pattern = PythonPattern.compile("a(b)");
    assertThatThrownBy(() -> pattern.sub("\\2", "ab")).hasMessageContaining("names the group 2");
    assertThatThrownBy(() -> pattern.sub("\\g<x>", "ab")).hasMessageContaining("names the group x");
    assertThatThrownBy(() -> pattern.sub("\\q", "ab")).hasMessageContaining("means nothing");
    assertThatThrownBy(() -> PythonPattern.compile("(a)(?(1)b|c)"))
        .hasMessageContaining("conditional group");
  }

  @Test
  void aPatternThatGoesBackAndForthMeetsALimit() {
    PythonPattern pattern = PythonPattern.compile("(a*)(a*)(a*)(a*)(a*)(a*)c");
    assertThatThrownBy(() -> pattern.search("a".repeat(100) + "b"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("to match one text");
  }

  @Test
  void groupsKnowTheirPlaces() {
    Match match = PythonPattern.compile("(x)?(b+)").search("abbc").orElseThrow();
    assertThat(match.group(1)).isNull();
    assertThat(match.start(2)).isEqualTo(1);
    assertThat(match.end(2)).isEqualTo(3);
    assertThat(match.groups()).isEqualTo(2);
  }
}
