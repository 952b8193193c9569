package dev.espalier.eval.task;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaskPromptsTest {
  private static final Path ROOT = Path.of("src/test/resources/tasks");

  @TempDir Path scratch;

  @Test
  void promptsTargetsAndHashesAreThoseOfTheHarness() throws Exception {
    OracleCheck check = new OracleCheck(ROOT.resolve("spec.json"), scratch, List.of());
    JsonNode golden = new ObjectMapper().readTree(ROOT.resolve("golden.json").toFile());
    assertThat(golden.path("lm_eval").asText()).isEqualTo("0.4.13");
    assertThat(golden.path("results").size()).isGreaterThan(40);
    TreeSet<String> tasks = new TreeSet<>();
    for (JsonNode result : golden.path("results")) {
      assertThat(check.differences(result)).isEmpty();
      tasks.add(result.path("task").asText());
    }
    assertThat(tasks).hasSizeGreaterThan(12);
  }
}
