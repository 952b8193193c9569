package dev.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.espalier.io.journal.Journal;
import dev.espalier.io.storage.StorageOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that is told to end says what it keeps; one that is killed leaves nothing for long. */
class InterruptionTest {
  private static final int ROWS = 12;
  private static final Pattern KEPT = Pattern.compile("interrupted: (\\d+) rows? that had ended");

  @TempDir Path directory;

  @Test
  void whatIsKeptIsSaidAndLeftoversOfTheDeadGo() throws Exception {
    JobFolder folder = new JobFolder(directory);
    folder.write("tickets.jsonl", JobFolder.TICKETS.subList(0, ROWS));
    folder.write(
        "program.yaml",
        """
        steps:
        - user: "Classify the ticket: {{ row.body }}"
        - {select: category, choices: [billing, shipping, returns, technical, other]}
        - user: "Write a reply to the customer."
        - {gen: reply, maxTokens: 8}
        """);
    String job =
        folder
            .write(
                "job.yaml",
                """
                model: builtin:nano
                program: program.yaml
                input: {path: tickets.jsonl, id: id}
                output: {path: out, shards: 2}
                plan: {inFlight: 4}
                """)
            .toString();
    Path temporary = Files.createDirectory(directory.resolve("tmp"));

    try (ChildCommand killed = ChildCommand.start(temporary, Espalier.class, "run", job)) {
      awaitRows(1, killed);
      killed.kill();
    }
    assertThat(names(temporary)).isNotEmpty();

    int kept;
    try (ChildCommand told = ChildCommand.start(temporary, Espalier.class, "run", job)) {
      awaitRows(finishedRows().size() + 3, told);
      told.terminate();
      String output = told.readAll();
      assertThat(told.exitCode()).as(output).isEqualTo(143);
      Matcher said = KEPT.matcher(output);
      assertThat(said.find()).as(output).isTrue();
      kept = Integer.parseInt(said.group(1));
      assertThat(output).contains("to go on:").contains("espalier run " + job);
    }
    assertThat(kept).isEqualTo(finishedRows().size()).isLessThan(ROWS);
    assertThat(names(temporary)).as("of the killed and of the told").isEmpty();

    JobFolder.Ended next = folder.run("run", job);
    assertThat(next.code()).as(next.err()).isZero();
    JsonNode report = new ObjectMapper().readTree(folder.read("out/_espalier/run.json"));
    assertThat(report.get("rows").get("written").asInt()).isEqualTo(ROWS);
    assertThat(report.get("rows").get("skipped").asInt()).isEqualTo(kept);
    assertThat(finishedRows()).isEmpty();
    assertThat(folder.run("run", job, "--set", "output.path=undisturbed").code()).isZero();
    assertThat(folder.hashes("out")).hasSize(2).isEqualTo(folder.hashes("undisturbed"));
  }

  @Test
  @Tag("long") // of what the next start writes there is a test below
  void oneThatIsKilledAsSoonAsItsTableIsThereIsDone() throws Exception {
    JobFolder folder = new JobFolder(directory);
    folder.write("tickets.jsonl", JobFolder.TICKETS.subList(0, ROWS));
    String job =
        folder
            .write(
                "job.yaml",
                """
                model: builtin:nano
                program: dev.espalier.jobs.Triage
                input: {path: tickets.jsonl, id: id}
                output: {path: out, shards: 2}
                """)
            .toString();
    // Before its report, or just after.
    Path temporary = Files.createDirectory(directory.resolve("tmp"));
    try (ChildCommand late = ChildCommand.start(temporary, Espalier.class, "run", job)) {
      while (!Files.exists(directory.resolve("out/_manifest.json"))) {
        assertThat(late.isAlive()).isTrue();
        TimeUnit.MILLISECONDS.sleep(1);
      }
      late.kill();
    }
    JobFolder.Ended next = folder.run("run", job);
    assertThat(next.code()).as(next.err()).isZero();
    assertThat(next.out()).contains("nothing to do; " + ROWS + " rows, 0 failed");
    JsonNode report = new ObjectMapper().readTree(folder.read("out/_espalier/run.json"));
    assertThat(report.get("rows").get("written").asInt()).isEqualTo(ROWS);
    assertThat(finishedRows()).isEmpty();
    assertThat(folder.run("run", job, "--set", "output.path=undisturbed").code()).isZero();
    assertThat(folder.hashes("out")).hasSize(2).isEqualTo(folder.hashes("undisturbed"));
  }

  @Test
  void aReportThatAKillPreventedIsWrittenByTheNextStartAndLeftoversGo() throws Exception {
    JobFolder folder = new JobFolder(directory);
    folder.write("tickets.jsonl", JobFolder.TICKETS.subList(0, 2));
    String job =
        folder
            .write(
                "job.yaml",
                """
                model: builtin:nano
                program: dev.espalier.jobs.Triage
                input: {path: tickets.jsonl, id: id}
                output: {path: out}
                """)
            .toString();
    assertThat(folder.run("run", job).code()).isZero();
    JsonNode whole = new ObjectMapper().readTree(folder.read("out/_espalier/run.json"));
    Files.delete(directory.resolve("out/_espalier/run.json"));
    Path shard =
        Files.createDirectories(directory.resolve("out/_espalier/tmp/lock-1")).resolve("a.tmp");
    Files.writeString(shard, "x");

    assertThat(folder.run("run", job).out()).contains("nothing to do");
    JsonNode report = new ObjectMapper().readTree(folder.read("out/_espalier/run.json"));
    assertThat(report.get("recovered").asBoolean()).isTrue();
    assertThat(report.get("table")).isEqualTo(whole.get("table"));
    assertThat(report.get("model")).isEqualTo(whole.get("model"));
    assertThat(report.get("rows").get("written").asInt()).isEqualTo(2);
    assertThat(report.has("tokens")).as("what only the run knew").isFalse();
    assertThat(shard).doesNotExist();
  }

  private void awaitRows(int rows, ChildCommand run) throws Exception {
    while (finishedRows().size() < rows) {
      if (!run.isAlive()) {
        throw new AssertionError("ended too soon: " + run.readAll());
      }
      TimeUnit.MILLISECONDS.sleep(25);
    }
  }

  private static Set<String> names(Path folder) throws IOException {
    Set<String> names = new HashSet<>();
    try (Stream<Path> files = Files.list(folder)) {
      files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.startsWith("hsperfdata"))
          .forEach(names::add);
    }
    return names;
  }

  private Set<String> finishedRows() throws IOException {
    Set<String> keys = new HashSet<>();
    Path journals = directory.resolve("out/_espalier/journal");
    if (Files.isDirectory(journals)) {
      try (Stream<Path> found = Files.list(journals)) {
        for (Path journal : found.toList()) {
          new Journal(journal.toString(), StorageOptions.defaults())
              .read((key, payload) -> keys.add(key));
        }
      }
    }
    return keys;
  }
}
