package dev.espalier.jinja;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Against what Jinja2 3.1.6 wrote down; see {@code jinja_golden.py}. */
class JinjaGoldenTest {
  private static final Path GOLDEN = Path.of("src/test/resources/jinja/golden.json");

  @Test
  void everyOutcomeIsThatOfJinja2() throws IOException {
    JsonNode golden = new ObjectMapper().readTree(Files.readString(GOLDEN));
    Map<String, Object> variables = JinjaOutcomes.variables(golden.path("variables"));
    List<String> differences = new ArrayList<>();
    Set<String> expressions = new HashSet<>();
    Set<String> templates = new HashSet<>();
    for (JsonNode expected : golden.path("cases")) {
      if (expected.has("template")) {
        templates.add(expected.path("template").asText());
      } else {
        expressions.add(expected.path("expression").asText());
      }
      String difference = JinjaOutcomes.difference(expected, variables);
      if (!difference.isEmpty()) {
        differences.add(difference);
      }
    }
    assertThat(differences).isEmpty();
    assertThat(expressions).hasSizeGreaterThanOrEqualTo(600);
    assertThat(templates).hasSizeGreaterThanOrEqualTo(150);
  }
}
