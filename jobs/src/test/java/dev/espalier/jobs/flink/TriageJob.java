package dev.espalier.jobs.flink;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.espalier.engine.open.ModelDirectory;
import dev.espalier.io.storage.StorageOptions;
import dev.espalier.jobs.JobFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The triage of some tickets, and what its table is without any cluster.
 *
 * @param file of the job
 * @param place of its tables
 * @param expected hashes of the table's files
 */
record TriageJob(
    JobFolder folder,
    Path file,
    TablePlace place,
    int rowCount,
    SortedMap<String, String> expected) {

  /** Rows, tables and all else lie in one directory. */
  static TriageJob in(Path directory, int rowCount) throws IOException {
    JobFolder folder = new JobFolder(directory);
    folder.write("tickets.jsonl", tickets(rowCount));
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
    TablePlace place = TablePlace.local(directory);
    return new TriageJob(folder, file, place, rowCount, hashes(place, "expected"));
  }

  /** Those of the example, then the same again with other ids and beginnings of the text. */
  private static List<String> tickets(int count) throws IOException {
    List<String> example = Files.readAllLines(Path.of("../examples/triage/tickets-200.jsonl"));
    List<String> tickets = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int again = i / example.size();
      String ticket = example.get(i % example.size());
      tickets.add(
          again == 0
              ? ticket
              : ticket
                  .replaceFirst("\"id\": \"", "$0again-" + again + "-")
                  .replaceFirst("\"body\": \"", "$0Reminder " + again + ". "));
    }
    return tickets;
  }

  /** The same job with rows, tables and model elsewhere. */
  TriageJob on(TablePlace far) throws IOException {
    Path rows = Files.createDirectories(folder.path().resolve("rows"));
    Files.copy(
        folder.path().resolve("tickets.jsonl"),
        rows.resolve("tickets.jsonl"),
        StandardCopyOption.REPLACE_EXISTING);
    far.upload(rows, "rows");
    far.upload(ModelDirectory.resolve("builtin:nano").path(), "models/nano");
    return new TriageJob(folder, file, far, rowCount, expected);
  }

  /** The command that makes a table. */
  String[] command(String table, String... more) {
    List<String> words = new ArrayList<>(List.of("run", file.toString()));
    words.addAll(List.of("--set", "output.path=" + place.at(table)));
    if (!StorageOptions.isLocal(place.root())) {
      words.addAll(List.of("--set", "input.path=" + place.at("rows/tickets.jsonl")));
      words.addAll(List.of("--set", "model=" + place.at("models/nano")));
      words.addAll(place.words());
    }
    words.addAll(List.of(more));
    return words.toArray(String[]::new);
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
    assertThat(hashes(place, table)).as(table).isEqualTo(expected);
    assertThat(report(table).at("/rows/written").asInt()).isEqualTo(rowCount);
    assertThat(place.files(table).keySet())
        .as("nothing is left behind")
        .allMatch(
            name ->
                name.matches(
                    "[^/]+\\.parquet|_manifest\\.json|_espalier/(run|input|parts)\\.json"
                        + "|_espalier/rows-part-[^/]+\\.parquet"
                        + "|_espalier/lock/\\d+\\.(claim|released)"));
    assertThat(place.files(table).keySet().stream().filter(name -> name.contains("/lock/")))
        .as("the claims that are left, and their ends")
        .hasSize(2);
  }

  JsonNode report(String table) throws IOException {
    return new ObjectMapper().readTree(place.bytes(table + "/_espalier/run.json"));
  }

  private static SortedMap<String, String> hashes(TablePlace place, String table)
      throws IOException {
    SortedMap<String, String> hashes = new TreeMap<>();
    for (String name : place.files(table).keySet()) {
      if (name.matches("[^/]+\\.parquet|_manifest\\.json")) {
        hashes.put(name, sha256(place.bytes(table + "/" + name)));
      }
    }
    return hashes;
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
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
