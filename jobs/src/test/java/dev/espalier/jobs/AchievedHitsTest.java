package dev.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the plan promises, the run keeps; without grouping it shares less. */
class AchievedHitsTest {
  private static final int GROUPS = 20;
  private static final int ROWS = 1000;

  @TempDir Path directory;

  @Test
  void aThousandRowsInTwentyGroupsShareWhatThePlanSays() throws IOException {
    JobFolder folder = new JobFolder(directory);
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      String group = ("Topic " + i % GROUPS + " is about number " + i % GROUPS + ". ").repeat(6);
      rows.add("{\"id\":%d,\"group\":\"%s\",\"item\":\"Item %d\"}".formatted(i, group, i));
    }
    folder.write("rows.jsonl", JobFolder.shuffled(rows, 3));
    folder.write(
        "program.yaml",
        """
        steps:
          - text: "{{ row.group }}{{ row.item }}:"
          - {gen: answer, maxTokens: 1}
        """);
    folder.write(
        "job.yaml",
        """
        model: builtin:nano
        program: program.yaml
        input: {path: rows.jsonl, id: id}
        output: {path: grouped}
        engine: {kvCacheBytes: 8MiB, maxSequences: 16}
        plan: {inFlight: 16}
        """);
    JsonNode grouped = run(folder, "grouped", "true");
    JsonNode ungrouped = run(folder, "ungrouped", "false");
    assertThat(grouped.at("/plan/rows").asLong()).isEqualTo(ROWS);
    assertThat(grouped.at("/plan/exact").asBoolean()).isTrue();
    assertThat(grouped.at("/achieved/ofAchievable").asDouble()).isGreaterThanOrEqualTo(0.99);
    assertThat(ungrouped.at("/achieved/ofAchievable").asDouble())
        .isLessThan(grouped.at("/achieved/ofAchievable").asDouble());
    assertThat(folder.hashes("ungrouped")).isEqualTo(folder.hashes("grouped"));
  }

  private static JsonNode run(JobFolder folder, String table, String grouping) throws IOException {
    JobFolder.Ended ended =
        folder.run(
            "run",
            folder.path().resolve("job.yaml").toString(),
            "--set",
            "output.path=" + table,
            "--set",
            "plan.grouping=" + grouping);
    assertThat(ended.code()).as(ended.err()).isZero();
    return new ObjectMapper().readTree(folder.read(table + "/_espalier/run.json"));
  }
}
