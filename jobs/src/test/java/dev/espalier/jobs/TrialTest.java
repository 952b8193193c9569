package dev.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.io.storage.StorageOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A trial's rows are those of the whole run, in a place of their own. */
class TrialTest {
  private static final int ROWS = 40;

  @TempDir static Path directory;

  private static JobFolder folder;
  private static Map<String, Map<String, Object>> whole;

  @BeforeAll
  static void runTheWholeJob() throws IOException {
    folder = new JobFolder(directory);
    folder.write("rows.jsonl", JobFolder.TICKETS.subList(0, ROWS));
    folder.write(
        "program.yaml",
        """
        steps:
          - user: "{{ row.body }}"
          - {gen: answer, maxTokens: 6, temperature: 0.8}
        """);
    folder.write(
        "job.yaml",
        """
        model: builtin:nano
        program: program.yaml
        input: {path: rows.jsonl, id: id}
        output: {path: table}
        seed: 5
        """);
    run();
    whole = rows("table");
    assertThat(whole).hasSize(ROWS);
  }

  @Test
  void theFirstRows() throws IOException {
    run("--limit", "3");
    List<String> first = new ArrayList<>();
    JobFolder.TICKETS
        .subList(0, 3)
        .forEach(line -> first.add(line.replaceAll("^\\{\"id\": ?\"?([^\",]+).*", "$1")));
    assertThat(rows("table-limit-3").keySet()).containsExactlyInAnyOrderElementsOf(first);
    isPartOfTheWhole("table-limit-3");
  }

  @Test
  void aSampleOnEitherRunner() throws IOException {
    run("--sample", "5");
    run("--sample", "5", "--runner", "flink", "--set", "output.path=flink");
    assertThat(rows("table-sample-5")).hasSize(5);
    isPartOfTheWhole("table-sample-5");
    assertThat(folder.hashes("flink")).isEqualTo(folder.hashes("table-sample-5"));
  }

  @Test
  void rowsByTheirIds() throws IOException {
    List<String> ids = List.copyOf(new TreeMap<>(whole).keySet()).subList(4, 6);
    run("--ids", String.join(",", ids));
    String table = only("table-ids-");
    assertThat(rows(table).keySet()).containsExactlyInAnyOrderElementsOf(ids);
    isPartOfTheWhole(table);
  }

  @Test
  void anIdThatNoRowHasEndsTheCommandBeforeWork() throws IOException {
    JobFolder.Ended ended =
        folder.run("run", job(), "--ids", "nobody", "--set", "output.path=nobody");
    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.err()).contains("no row has the id `nobody`");
  }

  @Test
  void aTrialDoesNotTakeThePlaceOfTheTable() throws IOException {
    JobFolder.Ended refused =
        folder.run("run", job(), "--limit", "2", "--set", "output.path=table");
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err()).contains("holds the table of another job or of other input");
    assertThat(rows("table")).isEqualTo(whole);
  }

  @Test
  void besideAWholeBucketIsNoPlace() {
    for (String bucket : List.of("s3a://tables", "gs://tables/")) {
      JobFolder.Ended refused = folder.run("plan", withOutput(bucket), "--limit", "2");
      assertThat(refused.code()).isEqualTo(2);
      assertThat(refused.err())
          .contains("nothing is beside " + bucket)
          .contains("--set output.path=" + bucket.replaceAll("/$", "") + "/trial");
    }
  }

  private static String withOutput(String path) {
    try {
      Path job = directory.resolve("bucket.yaml");
      String text = Files.readString(directory.resolve("job.yaml"));
      Files.writeString(job, text.replace("{path: table}", "{path: '" + path + "'}"));
      return job.toString();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void isPartOfTheWhole(String table) throws IOException {
    rows(table).forEach((id, row) -> assertThat(row).as(id).isEqualTo(whole.get(id)));
  }

  private static void run(String... more) {
    List<String> words = new ArrayList<>(List.of("run", job()));
    words.addAll(List.of(more));
    JobFolder.Ended ended = folder.run(words.toArray(String[]::new));
    assertThat(ended.code()).as(ended.err()).isZero();
  }

  private static String job() {
    return directory.resolve("job.yaml").toString();
  }

  private static String only(String prefix) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      List<String> found =
          files
              .map(file -> file.getFileName().toString())
              .filter(n -> n.startsWith(prefix))
              .toList();
      assertThat(found).hasSize(1);
      return found.get(0);
    }
  }

  private static Map<String, Map<String, Object>> rows(String table) throws IOException {
    Map<String, Map<String, Object>> rows = new TreeMap<>();
    TableScan.forEach(
        directory.resolve(table).toString(),
        StorageOptions.defaults(),
        row -> rows.put(row.id(), row.fields()));
    return rows;
  }
}
