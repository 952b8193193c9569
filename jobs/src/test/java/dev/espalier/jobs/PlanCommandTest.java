package dev.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code espalier plan} says is what the run then finds, and it leaves nothing behind. */
class PlanCommandTest {
  private static final int ROWS = 60;
  private static final int GROUPS = 6;

  @TempDir Path directory;

  @Test
  void thePlanIsThatOfTheRun() throws IOException {
    JobFolder folder = folder();
    JsonNode plan = plan(folder);
    JobFolder.Ended ran = folder.run("run", job(folder));
    assertThat(ran.code()).as(ran.err()).isZero();
    JsonNode report = new ObjectMapper().readTree(folder.read("table/_espalier/run.json"));
    assertThat(plan.get("plan")).isEqualTo(report.get("plan"));
    assertThat(plan.at("/rows/read")).isEqualTo(report.at("/rows/read"));
    assertThat(plan.at("/rows/toRun")).isEqualTo(report.at("/rows/run"));
    assertThat(plan.at("/state").asText()).isEqualTo("new");
    // The program allows two tokens, and no output is longer.
    assertThat(plan.at("/generated/basis").asText()).isEqualTo("program");
    assertThat(plan.at("/generated/tokens").asLong())
        .isEqualTo(2 * ROWS)
        .isGreaterThanOrEqualTo(report.at("/tokens/generated").asLong());
    double busy = report.at("/engine/busy").asDouble();
    assertThat(busy).isBetween(0.01, 1.0);
    assertThat(report.at("/engine/busySeconds").asDouble())
        .isPositive()
        .isLessThanOrEqualTo(report.at("/wallSeconds").asDouble());
    assertThat(ran.out()).contains("engine: busy ");
    assertThat(names(plan)).containsExactly("id", "item", "answer", "error", "trace");
  }

  @Test
  void whatARunMeasuredIsWhatTheNextPlanSays() throws IOException {
    JobFolder folder = folder();
    JobFolder.Ended ran = folder.run("run", job(folder), "--sample", "20");
    assertThat(ran.code()).as(ran.err()).isZero();
    JsonNode trial = new ObjectMapper().readTree(folder.read("table-sample-20/_espalier/run.json"));
    JsonNode plan = plan(folder);
    assertThat(plan.at("/generated/basis").asText()).isEqualTo("measured");
    assertThat(plan.at("/generated/tokensPerRow").asDouble())
        .isCloseTo(trial.at("/tokens/generated").asDouble() / 20, Percentage.withPercentage(0.01));
    assertThat(plan.at("/time/basis").asText()).isEqualTo("measured");
    // Of its own rows it says what they took.
    JsonNode same = plan(folder, "--sample", "20");
    assertThat(same.at("/state").asText()).isEqualTo("complete");
    assertThat(same.at("/time/report").asText()).endsWith("table-sample-20/_espalier/run.json");
    assertThat(same.at("/plan")).isEqualTo(trial.get("plan"));
  }

  @Test
  void aPlanWritesNothing() throws IOException {
    JobFolder folder = folder();
    Files.createDirectories(directory.resolve("table"));
    SortedMap<String, FileTime> before = listing();
    JobFolder.Ended planned = folder.run("plan", job(folder));
    assertThat(planned.code()).as(planned.err()).isZero();
    assertThat(planned.out()).contains("rows       60 read, 0 finished before, 60 to run");
    assertThat(folder.run("plan", job(folder), "--limit", "5").code()).isZero();
    assertThat(listing()).isEqualTo(before);
  }

  @Test
  void aNamedDeviceNeedNotBeHere() throws IOException {
    JobFolder folder = folder();
    JsonNode one = plan(folder, "--set", "engine.device=cuda:0", "--device", "l4");
    JsonNode four = plan(folder, "--set", "engine.device=cuda:0", "--device", "4xl4");
    assertThat(one.at("/time/device").asText()).isEqualTo("l4");
    assertThat(one.at("/time/seconds").asDouble())
        .isGreaterThan(four.at("/time/seconds").asDouble());
    assertThat(plan(folder, "--set", "engine.device=cuda:0").has("time")).isFalse();
  }

  @Test
  void allThatIsWrongIsToldTogether() throws IOException {
    JobFolder folder = folder();
    JobFolder.Ended refused =
        folder.run(
            "plan", job(folder), "--set", "foo=1", "--limit", "0", "--ids", "a,", "--device", "x");
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err())
        .contains("unknown field foo")
        .contains("--limit and --ids: only one of them can choose the rows")
        .contains("--limit: is 0")
        .contains("--ids: an id is empty")
        .contains("there is no device `x`")
        .contains("5 problems");
  }

  private JobFolder folder() throws IOException {
    JobFolder folder = new JobFolder(directory);
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      String group = ("Topic " + i % GROUPS + " is about number " + i % GROUPS + ". ").repeat(4);
      rows.add("{\"id\":%d,\"group\":\"%s\",\"item\":\"Item %d\"}".formatted(i, group, i));
    }
    folder.write("rows.jsonl", rows);
    folder.write(
        "program.yaml",
        """
        steps:
          - text: "{{ row.group }}{{ row.item }}:"
          - {gen: answer, maxTokens: 2}
        """);
    folder.write(
        "job.yaml",
        """
        model: builtin:nano
        program: program.yaml
        input: {path: rows.jsonl, id: id}
        output: {path: table, include: [item]}
        """);
    return folder;
  }

  private static String job(JobFolder folder) {
    return folder.path().resolve("job.yaml").toString();
  }

  private static JsonNode plan(JobFolder folder, String... more) throws IOException {
    List<String> words = new ArrayList<>(List.of("plan", job(folder), "--json"));
    words.addAll(List.of(more));
    JobFolder.Ended ended = folder.run(words.toArray(String[]::new));
    assertThat(ended.code()).as(ended.err()).isZero();
    return new ObjectMapper().readTree(ended.out());
  }

  private static List<String> names(JsonNode plan) {
    List<String> names = new ArrayList<>();
    plan.at("/columns/columns").forEach(column -> names.add(column.get("name").asText()));
    return names;
  }

  /** Every path below the folder with its time of change, a directory's too. */
  private SortedMap<String, FileTime> listing() throws IOException {
    SortedMap<String, FileTime> listing = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : (Iterable<Path>) paths::iterator) {
        listing.put(path.toString(), Files.getLastModifiedTime(path));
      }
    }
    return listing;
  }
}
