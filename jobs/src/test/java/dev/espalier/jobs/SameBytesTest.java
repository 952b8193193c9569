package dev.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The bytes of the table depend on the rows, the program, the model and the seed alone. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SameBytesTest {
  private static final int ROWS = 16;

  private JobFolder folder;
  private SortedMap<String, String> expected;

  @BeforeAll
  void runOnce(@TempDir Path directory) throws IOException {
    folder = new JobFolder(directory);
    folder.write("tickets.jsonl", JobFolder.TICKETS.subList(0, ROWS));
    folder.write("shuffled.jsonl", JobFolder.shuffled(JobFolder.TICKETS.subList(0, ROWS), 5));
    folder.write(
        "job.yaml",
        """
        model: builtin:nano
        program: dev.espalier.jobs.Triage
        input: {path: tickets.jsonl, id: id}
        output: {path: expected, shards: 3, include: [lang, order_id]}
        seed: 7
        """);
    expected = run("expected");
    assertThat(expected).hasSize(3);
  }

  @Test
  void withSmallBatches() throws IOException {
    assertThat(run("small-batches", "engine.maxBatchTokens=64", "engine.maxSequences=3"))
        .isEqualTo(expected);
  }

  @Test
  void withLargeBatches() throws IOException {
    assertThat(run("large-batches", "engine.maxBatchTokens=4096")).isEqualTo(expected);
  }

  @Test
  void withACacheJustLargeEnough() throws IOException {
    assertThat(run("small-cache", "engine.kvCacheBytes=4MiB")).isEqualTo(expected);
  }

  @Test
  void withFourWorkersAndOneThread() throws IOException {
    assertThat(run("workers", "runner.workers=4", "engine.threads=1")).isEqualTo(expected);
  }

  @Test
  void onFlink() throws IOException {
    assertThat(run("flink", "runner.name=flink", "runner.workers=2")).isEqualTo(expected);
  }

  @Test
  void fromShuffledInput() throws IOException {
    assertThat(run("shuffled", "input.path=shuffled.jsonl")).isEqualTo(expected);
  }

  @Test
  void withoutGrouping() throws IOException {
    assertThat(run("ungrouped", "plan.grouping=false", "plan.inFlight=5")).isEqualTo(expected);
  }

  @Test
  void anotherSeedChangesNothingGreedyButATableOfAnotherJobIsNotReplaced() {
    JobFolder.Ended ended =
        folder.run("run", folder.path().resolve("job.yaml").toString(), "--set", "seed=8");
    assertThat(ended.code()).isEqualTo(Espalier.BAD_CONFIGURATION);
    assertThat(ended.err()).contains("another job");
  }

  @Test
  void theSampleRunAgainIsEqual() {
    JobFolder.Ended ended =
        folder.run("verify", folder.path().resolve("job.yaml").toString(), "--rows", "6");
    assertThat(ended.err()).isEmpty();
    assertThat(ended.out()).contains("6 rows run again, 0 differ; 0 damaged files");
    assertThat(ended.code()).isZero();
  }

  private SortedMap<String, String> run(String table, String... settings) throws IOException {
    List<String> arguments = new java.util.ArrayList<>();
    arguments.add("run");
    arguments.add(folder.path().resolve("job.yaml").toString());
    for (String setting : settings) {
      arguments.add("--set");
      arguments.add(setting);
    }
    arguments.add("--set");
    arguments.add("output.path=" + table);
    JobFolder.Ended ended = folder.run(arguments.toArray(String[]::new));
    assertThat(ended.err()).isEmpty();
    assertThat(ended.code()).isZero();
    assertThat(ended.out()).startsWith(ROWS + " rows written");
    return folder.hashes(table);
  }
}
