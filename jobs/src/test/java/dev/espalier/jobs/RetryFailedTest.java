package dev.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A table with failed rows says so each time, and can have them run again. */
class RetryFailedTest {
  private static final int ROWS = 24;
  private static final int FAILING = 5;

  @TempDir Path directory;
  private JobFolder folder;
  private String job;
  private Path down;

  @BeforeEach
  void writeJob() throws IOException {
    folder = new JobFolder(directory);
    down = folder.write("service-is-down", "");
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      rows.add(
          "{\"id\":\"r%02d\",\"question\":\"What is %d + 2?\",\"down\":\"%s\",\"lang\":\"l%d\"}"
              .formatted(i, i, i % 5 == 3 ? down : "", i % 3));
    }
    folder.write("rows.jsonl", rows);
    job =
        folder
            .write(
                "job.yaml",
                """
                model: builtin:nano
                program: dev.espalier.jobs.Flaky
                input: {path: rows.jsonl, id: id}
                output: {path: out, shards: 3, include: [lang]}
                seed: 11
                """)
            .toString();
  }

  @Test
  void onlyTheFailedRowsRunAndTheTableIsWhatItWouldHaveBeen() throws IOException {
    for (int run = 0; run < 3; run++) {
      JobFolder.Ended ended = folder.run("run", job);
      assertThat(ended.code()).as("run %s: %s", run, ended.err()).isEqualTo(Espalier.FAILED);
      assertThat(ended.out())
          .contains("PROGRAM_FAILED: 5 rows; the first is row r03, step kind: ")
          .contains("the service is down")
          .contains("20.83% failed, and maxFailures is 0.1%")
          .contains("--retry-failed");
    }
    assertThat(folder.run("run", job).out()).contains("nothing to do; 24 rows, 5 failed");
    List<String> before = names();
    List<InputStream> reader = new ArrayList<>();
    List<byte[]> was = new ArrayList<>();
    for (String name : before) {
      was.add(Files.readAllBytes(directory.resolve("out").resolve(name)));
      reader.add(Files.newInputStream(directory.resolve("out").resolve(name)));
    }

    Files.delete(down);
    JobFolder.Ended retried = folder.run("run", job, "--retry-failed");
    assertThat(retried.code()).as(retried.err()).isZero();
    JsonNode rows = report().get("rows");
    assertThat(rows.get("run").asInt()).isEqualTo(FAILING);
    assertThat(rows.get("skipped").asInt()).isEqualTo(ROWS - FAILING);
    assertThat(rows.get("failed").asInt()).isZero();
    assertThat(report().get("table").get("generation").asInt()).isEqualTo(1);

    assertThat(folder.run("run", job, "--set", "output.path=undisturbed").code()).isZero();
    assertThat(names())
        .containsExactly(
            "part-00000-of-00003-g1.parquet",
            "part-00001-of-00003-g1.parquet",
            "part-00002-of-00003-g1.parquet");
    assertThat(List.copyOf(folder.hashes("out").values()))
        .isEqualTo(List.copyOf(folder.hashes("undisturbed").values()));
    for (int i = 0; i < reader.size(); i++) {
      try (InputStream in = reader.get(i)) {
        assertThat(in.readAllBytes()).as("read by one who had opened it").isEqualTo(was.get(i));
      }
    }
    assertThat(folder.run("verify", job, "--rows", "5").code()).isZero();
    JobFolder.Ended again = folder.run("run", job, "--retry-failed");
    assertThat(again.code()).isZero();
    assertThat(again.out()).contains("nothing to do; 24 rows, 0 failed");
    try (Stream<Path> left = Files.list(directory.resolve("out/_espalier"))) {
      assertThat(left.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "run.json",
              "input.json",
              "lock",
              "journal",
              "parts.json",
              "rows-part-00000-of-00003-g1.parquet",
              "rows-part-00001-of-00003-g1.parquet",
              "rows-part-00002-of-00003-g1.parquet");
    }
    assertThat(directory.resolve("out/_espalier/journal")).isEmptyDirectory();
  }

  @Test
  void rowsThatFailAgainLeaveTheTableAsItWas() throws IOException {
    assertThat(folder.run("run", job).code()).isEqualTo(Espalier.FAILED);
    String manifest = folder.read("out/_manifest.json");
    assertThat(folder.run("run", job, "--retry-failed").code()).isEqualTo(Espalier.FAILED);
    assertThat(folder.read("out/_manifest.json")).isEqualTo(manifest);
    assertThat(folder.run("run", job, "--set", "maxFailures=50%").code()).isZero();
  }

  @Test
  void whereThereIsNoTableThereIsNothingToTryAgain() {
    JobFolder.Ended ended = folder.run("run", job, "--retry-failed");
    assertThat(ended.code()).isEqualTo(Espalier.BAD_CONFIGURATION);
    assertThat(ended.err()).contains("no complete table").contains("without --retry-failed");
    assertThat(directory.resolve("out/_manifest.json")).doesNotExist();
  }

  private List<String> names() throws IOException {
    return List.copyOf(folder.hashes("out").keySet());
  }

  private JsonNode report() throws IOException {
    return new ObjectMapper().readTree(folder.read("out/_espalier/run.json"));
  }
}
