package dev.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A refresh leaves what a run would write, and computes what has to be. */
class RefreshTest {
  private static final String PROGRAM =
      """
      steps:
        - user: "{{ row.body }}"
        - {select: kind, choices: [good, bad]}
        - user: "{{ row.more | default('') }}Why?"
        - {gen: reply, maxTokens: 4}
        - user: "In short?"
        - {gen: short, maxTokens: %d}
      """;

  @TempDir Path directory;
  private JobFolder folder;
  private String job;
  private final Map<String, String> rows = new TreeMap<>();
  private int runs;

  @AfterAll
  static void close() {
    RefreshRounds.closeEngines();
  }

  @BeforeEach
  void writeJob() throws IOException {
    folder = new JobFolder(directory);
    folder.write("program.yaml", PROGRAM.formatted(3));
    job =
        folder
            .write(
                "job.yaml",
                """
                model: builtin:nano
                program: program.yaml
                input: {path: rows.jsonl, id: id}
                output: {path: out, shards: 3, include: [lang]}
                seed: 11
                engine: {kvCacheBytes: 64MiB}
                runner: direct
                """)
            .toString();
    for (int i = 0; i < 12; i++) {
      put("r%02d".formatted(i), "Question %d".formatted(i), "en", "x");
    }
  }

  private void put(String id, String body, String lang, String unused) throws IOException {
    rows.put(
        id,
        "{\"id\":\"%s\",\"body\":\"%s\",\"lang\":\"%s\",\"unused\":\"%s\"}"
            .formatted(id, body, lang, unused));
    save();
  }

  private void save() throws IOException {
    folder.write("rows.jsonl", List.copyOf(rows.values()));
  }

  private JsonNode refresh(String... more) throws IOException {
    List<String> words = new ArrayList<>(List.of("refresh", job));
    words.addAll(List.of(more));
    JobFolder.Ended ended = RefreshRounds.keepingEngine(folder, words.toArray(String[]::new));
    assertThat(ended.code()).as(ended.err()).isZero();
    JsonNode report = new ObjectMapper().readTree(folder.read("out/_espalier/run.json"));
    return report.get("refresh");
  }

  /** The table of a run over today's input into an empty place. */
  private void equalsARun(String... more) throws IOException {
    String path = "run-" + ++runs;
    List<String> words = new ArrayList<>(List.of("run", job, "--set", "output.path=" + path));
    words.addAll(List.of(more));
    JobFolder.Ended ended = RefreshRounds.keepingEngine(folder, words.toArray(String[]::new));
    assertThat(ended.code()).as(ended.err()).isZero();
    String current = "out/" + folder.read("out/CURRENT").strip();
    assertThat(folder.hashes(current)).isEqualTo(folder.hashes(path));
    assertThat(folder.read(current + "/_manifest.json"))
        .isEqualTo(folder.read(path + "/_manifest.json"));
  }

  private static void counts(
      JsonNode refresh, int added, int changed, int unchanged, int deleted, int stepsRun) {
    assertThat(refresh.get("newRows").asInt()).as("new").isEqualTo(added);
    assertThat(refresh.get("changed").asInt()).as("changed").isEqualTo(changed);
    assertThat(refresh.get("unchanged").asInt()).as("unchanged").isEqualTo(unchanged);
    assertThat(refresh.get("deleted").asInt()).as("deleted").isEqualTo(deleted);
    assertThat(refresh.get("stepsRun").asInt()).as("steps").isEqualTo(stepsRun);
  }

  @Test
  void onlyWhatAnswersDependOnIsComputedAgain() throws IOException {
    counts(refresh(), 12, 0, 0, 0, 36);
    equalsARun();
    String first = folder.read("out/CURRENT");
    assertThat(RefreshRounds.keepingEngine(folder, "refresh", job).out()).contains("nothing to do");
    assertThat(folder.read("out/CURRENT")).isEqualTo(first);

    put("r03", "Question 3", "en", "another");
    counts(refresh(), 0, 0, 12, 0, 0);
    equalsARun();

    put("r04", "Question 4", "de", "x");
    JsonNode included = refresh();
    counts(included, 0, 0, 12, 0, 0);
    assertThat(included.get("contentChanged").asInt()).isEqualTo(1);
    equalsARun();

    put("r05", "Another question", "en", "x");
    put("r90", "A new question", "en", "x");
    rows.remove("r06");
    save();
    JsonNode mixed = refresh();
    counts(mixed, 1, 1, 10, 1, 6);
    assertThat(mixed.get("savedOutputTokens").asLong()).isPositive();
    equalsARun();
  }

  @Test
  void anInputOfTheSameRowsInAnotherLengthIsReadOnce() throws IOException {
    refresh();
    String first = folder.read("out/CURRENT");
    rows.replaceAll((id, row) -> row.replace(",", ", "));
    save();
    counts(refresh(), 0, 0, 12, 0, 0);
    assertThat(folder.read("out/CURRENT")).isEqualTo(first);
    assertThat(RefreshRounds.keepingEngine(folder, "refresh", job).out()).contains("nothing to do");

    put("r05", "Another question", "en", "x");
    counts(refresh(), 0, 1, 11, 0, 3);
    equalsARun();
  }

  @Test
  void onlyTheStepsOfAProgramThatChangedAreComputedAgain() throws IOException {
    refresh();
    folder.write("program.yaml", PROGRAM.formatted(5));
    counts(refresh(), 0, 12, 0, 0, 12);
    equalsARun();
    folder.write("program.yaml", PROGRAM.formatted(3));
    counts(refresh(), 0, 12, 0, 0, 0);
    equalsARun();
    try (Stream<Path> steps = Files.walk(directory.resolve("out/_espalier/steps"))) {
      steps
          .filter(file -> file.toString().endsWith(".parquet"))
          .forEach(file -> file.toFile().delete());
    }
    folder.write("program.yaml", PROGRAM.formatted(5));
    counts(refresh(), 0, 12, 0, 0, 36);
    equalsARun();
  }

  @Test
  void theFirstRefreshTakesOverATableThatRunWrote() throws IOException {
    assertThat(RefreshRounds.keepingEngine(folder, "run", job).code()).isZero();
    assertThat(directory.resolve("out/_manifest.json")).exists();
    put("r05", "Another question", "en", "x");
    counts(refresh(), 0, 1, 11, 0, 3);
    equalsARun();
    assertThat(directory.resolve("out/_manifest.json")).doesNotExist();
    assertThat(folder.hashes("out")).isEmpty();
    put("r05", "A third question", "en", "x");
    assertThat(RefreshRounds.keepingEngine(folder, "run", job).code()).isZero();
    assertThat(folder.read("out/CURRENT")).isEqualTo("snapshots/3\n");
    equalsARun();
    assertThat(RefreshRounds.keepingEngine(folder, "run", job).out()).contains("nothing to do");
  }
}
