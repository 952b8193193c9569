package dev.espalier.jobs.flink;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.espalier.jobs.JobFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.Stream;

/**
 * The triage of some tickets, and what its table is without any cluster.
 *
 * @param file of the job
 * @param expected hashes of the table's files
 */
record TriageJob(JobFolder folder, Path file, int rowCount, SortedMap<String, String> expected) {

  static TriageJob in(Path directory, int rowCount) throws IOException {
    JobFolder folder = new JobFolder(directory);
    List<String> tickets = Files.readAllLines(Path.of("../examples/triage/tickets-200.jsonl"));
    folder.write("tickets.jsonl", tickets.subList(0, rowCount));
    Files.copy(Path.of("../examples/triage/triage.yaml"), directory.resolve("triage.yaml"));
    Path file =
        folder.write(
            "job.yaml",
            """
            model: builtin:nano
            program: triage.yaml
            input: {path: tickets.jsonl, id: id}
            output: {path: out, shards: 2}
            plan: {inFlight: 4}
            """);
    JobFolder.Ended here = folder.run("run", file.toString(), "--set", "output.path=expected");
    assertThat(here.code()).as(here.err()).isZero();
    return new TriageJob(folder, file, rowCount, folder.hashes("expected"));
  }

  /** The table, its report of the whole run, and nothing else. */
  void assertDone(String table) throws IOException {
    assertCompleted(table);
    JsonNode report = report(table);
    assertThat(report.has("recovered")).isFalse();
    JsonNode rows = report.get("rows");
    assertThat(rows.get("read").asInt()).isEqualTo(rowCount);
    assertThat(rows.get("run").asInt() + rows.get("skipped").asInt()).isEqualTo(rowCount);
  }

  /** The table, a report, and nothing else. */
  void assertCompleted(String table) throws IOException {
    assertThat(folder.hashes(table)).as(table).isEqualTo(expected);
    assertThat(report(table).at("/rows/written").asInt()).isEqualTo(rowCount);
    Path own = folder.path().resolve(table).resolve("_espalier");
    for (String left : List.of("journal", "tmp", "commit")) {
      assertThat(files(own.resolve(left))).as("files in %s", left).isZero();
    }
    try (Stream<Path> lock = Files.list(own.resolve("lock"))) {
      assertThat(lock.map(file -> file.getFileName().toString().substring(11)))
          .containsExactlyInAnyOrder("claim", "released");
    }
  }

  JsonNode report(String table) throws IOException {
    return new ObjectMapper().readTree(folder.read(table + "/_espalier/run.json"));
  }

  static long bytes(Path directory) {
    if (!Files.isDirectory(directory)) {
      return 0;
    }
    try (Stream<Path> found = Files.walk(directory)) {
      return found.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    } catch (IOException e) {
      return 0; // it went while it was listed
    }
  }

  static long files(Path directory) {
    if (!Files.isDirectory(directory)) {
      return 0;
    }
    try (Stream<Path> found = Files.walk(directory)) {
      return found.filter(Files::isRegularFile).count();
    } catch (IOException e) {
      return 0; // it went while it was listed
    }
  }
}
