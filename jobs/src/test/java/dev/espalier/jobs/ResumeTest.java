package dev.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.espalier.io.journal.Journal;
import dev.espalier.io.storage.StorageOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A killed run leaves nothing that looks finished, and the next one completes it. */
class ResumeTest {
  private static final int ROWS = 24;

  @TempDir Path directory;

  @Test
  @Tag("long") // InterruptionTest kills, stops and completes a run; this one of a Java program
  void aKilledRunIsCompletedWithoutRunningAFinishedRowTwice() throws Exception {
    JobFolder folder = new JobFolder(directory);
    folder.write("tickets.jsonl", JobFolder.TICKETS.subList(0, ROWS));
    folder.write(
        "job.yaml",
        """
        model: builtin:nano
        program: dev.espalier.jobs.Triage
        input: {path: tickets.jsonl, id: id}
        output: {path: killed, shards: 2}
        plan: {inFlight: 4}
        """);
    String job = directory.resolve("job.yaml").toString();

    killOnceJournalHas(10, job);
    assertThat(directory.resolve("killed/_manifest.json")).doesNotExist();
    assertThat(folder.hashes("killed")).isEmpty();
    long before = finishedRows().size();
    assertThat(before).isBetween(10L, ROWS - 1L);

    assertThat(folder.run("run", job).code()).isZero();
    JsonNode rows =
        new ObjectMapper().readTree(folder.read("killed/_espalier/run.json")).get("rows");
    assertThat(rows.get("read").asLong()).isEqualTo(ROWS);
    assertThat(rows.get("skipped").asLong()).isEqualTo(before);
    assertThat(rows.get("run").asLong()).isEqualTo(ROWS - before);

    assertThat(folder.run("run", job, "--set", "output.path=undisturbed").code()).isZero();
    assertThat(folder.hashes("killed")).hasSize(2).isEqualTo(folder.hashes("undisturbed"));
    assertThat(folder.run("run", job).out()).contains("nothing to do");
  }

  private void killOnceJournalHas(int rows, String job) throws Exception {
    Process run =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "--add-modules",
                "jdk.incubator.vector",
                "-cp",
                System.getProperty("java.class.path"),
                Espalier.class.getName(),
                "run",
                job)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("child.log").toFile())
            .start();
    while (finishedRows().size() < rows) {
      assertThat(run.isAlive()).as(() -> "ended before it was killed: " + log(run)).isTrue();
      TimeUnit.MILLISECONDS.sleep(25);
    }
    run.destroyForcibly().waitFor();
  }

  private String log(Process run) {
    try {
      return run.exitValue() + " " + Files.readString(directory.resolve("child.log"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Set<String> finishedRows() throws IOException {
    Set<String> keys = new HashSet<>();
    Path journals = directory.resolve("killed/_espalier/journal");
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
