package dev.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.io.storage.StorageOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job whose paths name the time has a table for each of several times. */
class PartitionedRefreshTest {
  @TempDir Path directory;
  private JobFolder folder;
  private String job;

  @AfterAll
  static void close() {
    RefreshRounds.closeEngines();
  }

  @BeforeEach
  void writeJob() throws IOException {
    folder = new JobFolder(directory);
    folder.write("program.yaml", "steps: [{user: \"{{ row.body }}\"}, {gen: a, maxTokens: 1}]");
    job =
        folder
            .write(
                "job.yaml",
                """
                model: builtin:nano
                program: program.yaml
                input: {path: "in/date={{ date }}", id: [shop, number]}
                output: {path: "out/date={{ date }}", shards: 1}
                engine: {kvCacheBytes: 64MiB}
                runner: direct
                """)
            .toString();
    for (int day = 1; day <= 3; day++) {
      put(day, "a", 1);
    }
  }

  private void put(int day, String shop, int number) throws IOException {
    Path place = directory.resolve("in/date=2026-03-0" + day);
    Files.createDirectories(place);
    Files.writeString(
        place.resolve(shop.replace("/", "-") + number + ".jsonl"),
        "{\"shop\":\"%s\",\"number\":%d,\"body\":\"Question %d\"}".formatted(shop, number, day));
  }

  private JobFolder.Ended refresh(int code, String... more) {
    List<String> words = new ArrayList<>(List.of("refresh", job));
    words.addAll(List.of(more));
    JobFolder.Ended ended = RefreshRounds.keepingEngine(folder, words.toArray(String[]::new));
    assertThat(ended.code()).as(ended.out() + ended.err()).isEqualTo(code);
    return ended;
  }

  private int snapshots(int day) throws IOException {
    String current = folder.read("out/date=2026-03-0" + day + "/CURRENT").strip();
    return Integer.parseInt(current.substring("snapshots/".length()));
  }

  @Test
  void aRangeIsFilledAndLateRowsAreFound() throws IOException {
    JobFolder.Ended failed =
        refresh(2, "--from", "2026-03-01T00:00Z", "--to=2026-03-04T00:00Z", "--every", "P1D");
    assertThat(failed.out())
        .containsSubsequence("at 2026-03-01T00:00:00Z", "snapshot 1 is current", "at 2026-03-04");
    assertThat(failed.err())
        .contains("date=2026-03-04")
        .containsSubsequence("of 4 partitions, 1 failed:", "at 2026-03-04T00:00:00Z: exit code 2");
    put(4, "a/b", 1);
    put(2, "b", 7); // late
    JobFolder.Ended mended = refresh(0, "--lookback", "3", "--at", "2026-03-04T00:00Z");
    assertThat(List.of(snapshots(1), snapshots(2), snapshots(3), snapshots(4)))
        .containsExactly(1, 2, 1, 1);
    assertThat(mended.err()).doesNotContain("failed:");
    assertThat(mended.out()).contains("1 new, 0 changed, 1 unchanged").contains("nothing to do");
    String keys = "out/date=2026-03-04/" + folder.read("out/date=2026-03-04/CURRENT").strip();
    List<String> ids = new ArrayList<>();
    TableScan.forEach(
        directory.resolve(keys).toString(), StorageOptions.defaults(), row -> ids.add(row.id()));
    assertThat(ids).containsExactly("a\\/b/1");
  }

  @Test
  void timesThatMakeNoRangeAreRefused() {
    assertThat(refresh(2, "--to", "2026-03-04T00:00Z").err()).contains("no beginning");
    assertThat(refresh(2, "--from", "yesterday").err()).contains("no time with a zone");
    assertThat(refresh(2, "--lookback", "1", "--every", "P0D").err()).contains("--every");
    assertThat(refresh(2, "--lookback", "1", "--from", "2026-03-04T00:00Z").err())
        .contains("only one of them");
    assertThat(refresh(2, "--every", "PT1H").err()).contains("no beginning");
    assertThat(refresh(2, "--from", "2026-03-02T00:00Z", "--to", "2026-03-01T00:00Z").err())
        .contains("--from: is after the last time");
  }

  @Test
  void timesWhoseTablesWouldReplaceEachOtherAreRefused() {
    String[] range = {"--from", "2026-03-01T00:00Z", "--to", "2026-03-03T00:00Z"};
    assertThat(refresh(2, range[0], range[1], range[2], range[3], "--every", "PT12H").err())
        .contains("output.path", "2026-03-01T00:00Z and at 2026-03-01T12:00Z");
    assertThat(refresh(2, range[0], range[1], range[2], range[3], "--set", "output.path=one").err())
        .contains("out/date={{ date }}");
    assertThat(directory.resolve("one")).doesNotExist();
    assertThat(directory.resolve("out")).doesNotExist();
  }
}
