package dev.espalier.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JinjaTemplateTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Against what Jinja2 renders in transformers' environment; see {@code jinja_golden.py}. */
  @Test
  void rendersOrRefusesWhatJinja2RendersOrRefuses() throws IOException {
    JsonNode golden =
        JSON.readTree(Files.readString(Path.of("src/test/resources/jinja/golden.json")));
    Map<String, Object> variables =
        JSON.convertValue(golden.path("variables"), new TypeReference<>() {});
    List<String> differences = new ArrayList<>();
    for (JsonNode expected : golden.path("cases")) {
      String template = expected.path("template").asText();
      String text = rendered(template, variables);
      boolean refused = text.startsWith("refused: ");
      if (refused != expected.has("error")
          || (!refused && !text.equals(expected.path("text").asText()))) {
        differences.add(template + "\n  Jinja2 " + expected + "\n  here   " + text);
      }
    }
    assertThat(differences).isEmpty();
  }

  private static String rendered(String template, Map<String, Object> variables) {
    try {
      return JinjaTemplate.compile(template, TemplateSettings.CHAT).render(Variables.of(variables));
    } catch (JinjaException e) {
      return "refused: " + e.getMessage();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "{{ x|nosuch }} ; line 3: the filter nosuch is not supported",
        "{{ x is nosuch }} ; line 3: the test nosuch is not supported",
        "{{ x.nosuch() }} ; line 3: the method nosuch is not supported",
        "{% include 'x' %} ; line 3: {% include %} is not supported",
        "{% for i in x recursive %}{% endfor %} ; line 3: recursive loops are not supported",
        "{% if x %} ; line 3: found the end of the template where {% elif or else or endif %}",
        "{{ x + }} ; line 3: found }} where an expression should be",
        "{{ 'x ; line 3: unexpected character '''",
        "{{ x ; line 3: the tag is not closed",
        "{% break %} ; line 3: break and continue belong into a loop",
      })
  void whatCannotBeParsedIsRefusedWithItsLine(String tag, String message) {
    assertThatThrownBy(() -> JinjaTemplate.compile("a\n{{ b }}\n" + tag, TemplateSettings.CHAT))
        .isInstanceOf(JinjaException.class)
        .hasMessageContaining(message);
  }

  @Test
  void whatCannotBeRenderedIsRefusedWithItsLine() {
    JinjaTemplate template =
        JinjaTemplate.compile("a\n{% if a %}\n{{ b + 'x' }}{% endif %}", TemplateSettings.CHAT);
    assertThatThrownBy(() -> template.render(Variables.of(Map.of("a", true))))
        .isInstanceOf(JinjaException.class)
        .hasMessage("line 3: 'b' is undefined");
    assertThat(template.render(Variables.of(Map.of("a", 0)))).isEqualTo("a\n");
  }

  @Test
  void whatATemplateSaysIsKeptAsItSaysIt() {
    JinjaTemplate template =
        JinjaTemplate.compile(
            "\n{{ raise_exception('roles must alternate') }}", TemplateSettings.CHAT);
    assertThatThrownBy(() -> template.render(Variables.of(Map.of())))
        .isInstanceOfSatisfying(
            JinjaException.class, e -> assertThat(e.kind()).isEqualTo(JinjaException.Kind.RAISED))
        .hasMessage("roles must alternate");
  }
}
