package dev.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Snapshots are made, checked, compared, restored and removed. */
class SnapshotsTest extends SnapshotJob {
  @Test
  void aFailedCheckKeepsTheOldSnapshotAndWhatWasComputed() throws IOException {
    refresh(0);
    rows.remove("r0");
    put("r1", "Another question", "de");
    String[] checks = {
      "--set", "checks.rows={least: 6, shrink: 10%}", "--set", "checks.shares={lang: 10%}"
    };
    JobFolder.Ended rejected = refresh(Espalier.CHECK_FAILED, checks);
    assertThat(rejected.out())
        .contains("checks.rows.least: there are 5, fewer than 6")
        .contains("checks.rows.shrink: there are 5, and were 6")
        .contains("checks.shares.lang: \"de\" is the value of 20%, and was of 0%")
        .contains("snapshot 2 is kept, and not current");
    assertThat(current()).isEqualTo("snapshots/1");
    assertThat(report().get("stepsRun").asInt()).isEqualTo(1);

    refresh(Espalier.CHECK_FAILED, checks);
    assertThat(report().get("stepsRun").asInt()).as("it was computed before").isZero();
    refresh(0);
    assertThat(report().get("stepsRun").asInt()).isZero();
    assertThat(current()).isEqualTo("snapshots/4");
    assertThat(run(0, "snapshots", out()).out())
        .containsSubsequence("  1 ", "  2 ", "check failed: checks.rows.least", "  3 ", "* 4 ");
  }

  @Test
  void aJudgeDecidesOnASample() throws IOException {
    folder.write("judge.yaml", "steps: [{set: ok, to: \"{{ row.lang == 'en' }}\", type: boolean}]");
    String[] judged = {
      "--set", "checks.judge={program: judge.yaml, rows: 6, column: ok, least: 90%}"
    };
    refresh(0, judged);
    assertThat(current()).isEqualTo("snapshots/1");
    put("r1", "Question 1", "de");
    assertThat(refresh(Espalier.CHECK_FAILED, judged).out())
        .contains("checks.judge: `ok` is true for 5 of 6 rows");
    assertThat(current()).isEqualTo("snapshots/1");
    assertThat(report().get("end").asText()).isEqualTo("rejected");
    JobFolder.Ended wrong = refresh(2, "--set", "checks.judge={program: absent.yaml, column: ok}");
    assertThat(wrong.err()).contains("absent.yaml");
    JobFolder.Ended unknown =
        refresh(
            2,
            "--set",
            "checks.judge={program: judge.yaml, column: okay}",
            "--set",
            "checks.shares={land: 10%}");
    assertThat(unknown.err())
        .contains("checks.judge.column is `okay`", "checks.shares names `land`", "lang, a");
  }

  /** What was written of a table that could not be committed takes no room until the next run. */
  @Test
  void aRunThatFailsLeavesNoFilesAside() throws IOException {
    Path own = directory.resolve("out/_espalier");
    Files.createDirectories(own.resolve("parts.json/in-the-way"));
    assertThat(run(3, "run", job).err()).contains("parts.json");
    assertThat(own.resolve("tmp")).isEmptyDirectory();
    delete(own.resolve("parts.json"));
    run(0, "run", job);
    refresh(0); // CURRENT is written aside
    assertThat(own.resolve("tmp")).isEmptyDirectory();
  }

  /** Without snapshots there is none to keep out, and that is said. */
  @Test
  void aRunThatMakesNoCheckSaysSo() throws IOException {
    String[] words = {"run", job, "--set", "checks.rows={least: 9}"};
    assertThat(run(0, words).err()).contains("warning: no check is made", "/out has none");
    assertThat(run(0, words).err()).contains("warning: no check is made");
    String[] trial = {"run", job, "--set", "checks.rows={least: 9}", "--limit", "2"};
    assertThat(run(0, trial).err()).doesNotContain("check");
    assertThat(run(0, "run", job).err()).doesNotContain("check");
    refresh(0);
    put("r9", "Question 9", "en");
    assertThat(run(Espalier.CHECK_FAILED, words).err()).doesNotContain("warning");
  }

  @Test
  void snapshotsAreComparedRestoredAndRemoved() throws IOException {
    refresh(0);
    folder.write("first.jsonl", List.copyOf(rows.values()));
    rows.remove("r0");
    put("r1", "Question 1", "de");
    put("r9", "Question 9", "en");
    refresh(0);
    assertThat(run(0, "snapshots", out(), "diff", "1").out())
        .contains("1 to 2: 1 new, 1 changed, 1 deleted, 4 the same")
        .contains("column lang: 1 row changed")
        .contains("deleted: r0")
        .contains("new: r9");
    assertThat(run(0, "snapshots", out(), "--path").out().strip())
        .isEqualTo(out() + "/snapshots/2");
    assertThat(run(0, "snapshots", out(), "restore", "1").out()).contains("snapshot 1 is current");
    assertThat(current()).isEqualTo("snapshots/1");
    assertThat(refresh(0, "--set", "input.path=first.jsonl").out()).contains("nothing to do");
    assertThat(report().get("snapshot").asInt()).as("the last report").isEqualTo(1);
    refresh(0);
    assertThat(current()).isEqualTo("snapshots/3");
    assertThat(folder.hashes("out/snapshots/3")).isEqualTo(folder.hashes("out/snapshots/2"));

    assertThat(run(0, "snapshots", out(), "expire", "--keep", "1").out())
        .contains("nothing to remove");
    String[] all = {"snapshots", out(), "expire", "--keep", "2", "--age", "0s", "--grace", "0s"};
    assertThat(
            run(0, Stream.concat(Stream.of(all), Stream.of("--dry-run")).toArray(String[]::new))
                .out())
        .contains("would remove 1");
    assertThat(run(0, all).out()).contains("removed 1").doesNotContain("removed 2");
    assertThat(directory.resolve("out/snapshots/1")).doesNotExist();
    refresh(0);
    assertThat(run(2, "snapshots", out(), "restore", "1").err()).contains("there are 2, 3");
    assertThat(run(2, "snapshots", out(), "expire", "--age", "old").err()).contains("period");
    assertThat(run(0, "accuracy", out(), "lang", "--gold", directory + "/rows.jsonl").out())
        .contains("100.0%");
    assertThat(run(0, "verify", job, "--rows", "2").out()).contains("2 rows run again, 0 differ");
  }

  @Test
  void aJobThatCannotBeRefreshedIsToldSo() throws IOException {
    folder.write(
        "job.yaml",
        folder.read("job.yaml").replace("path: rows.jsonl, id: id", "path: rows.jsonl"));
    assertThat(refresh(2).err()).contains("input.id is missing");
    assertThat(refresh(2, "--set", "input.id=id", "--set", "refresh.failed=never").err())
        .contains("refresh.failed is `never`")
        .contains("retry, keep");
    folder.write("rows.jsonl", List.of(rows.get("r1"), rows.get("r2"), rows.get("r1")));
    JobFolder.Ended twice = refresh(2, "--set", "input.id=id");
    assertThat(twice.err()).contains("r1");
    assertThat(directory.resolve("out/CURRENT")).doesNotExist();
  }

  @Test
  void aPlanTellsBeforeATokenIsSpent() throws IOException {
    refresh(0);
    rows.remove("r0");
    put("r1", "Another question", "en");
    put("r9", "Question 9", "en");
    assertThat(run(0, "plan", job).out())
        .contains("out, outdated")
        .contains("1 new, 1 changed, 4 unchanged, 1 deleted, 0 retried")
        .contains("2 to run");
    assertThat(current()).isEqualTo("snapshots/1");
    JsonNode plan = new ObjectMapper().readTree(run(0, "plan", job, "--json").out());
    refresh(0);
    for (String count : List.of("newRows", "changed", "unchanged", "deleted", "retried")) {
      assertThat(plan.get("refresh").get(count)).isEqualTo(report().get(count));
    }
    assertThat(run(0, "plan", job).out()).contains("out, complete").contains("6 unchanged");
  }

  @Test
  void failedRowsOfASnapshotAreTriedAgainByTheNextRefresh() throws IOException {
    rows.put("r1", "{\"id\":\"r1\",\"lang\":\"en\"}");
    folder.write("rows.jsonl", List.copyOf(rows.values()));
    assertThat(refresh(1).out()).contains("mend what they need and refresh, or allow more");
    assertThat(refresh(1).out()).contains("1 retried", "snapshot 1 stays");
  }

  @Test
  void failedRowsOfASnapshotThatWasRejectedAreTriedAgainByTheNextRefresh() throws IOException {
    refresh(0);
    rows.put("r1", "{\"id\":\"r1\",\"lang\":\"en\"}");
    put("r2", "Another question", "en");
    String[] none = {"--set", "checks.failures=0"};
    refresh(Espalier.CHECK_FAILED, none);
    assertThat(rowsRun()).isEqualTo(2);
    refresh(Espalier.CHECK_FAILED, "--set", "checks.failures=0", "--set", "refresh={failed: keep}");
    assertThat(rowsRun()).isZero();
    assertThat(run(0, "plan", job, "--refresh").out()).contains("1 to run");
    refresh(Espalier.CHECK_FAILED, none);
    assertThat(rowsRun()).isEqualTo(1);
    assertThat(report().get("changed").asInt()).isEqualTo(2);
  }

  private int rowsRun() throws IOException {
    String report = folder.read("out/_espalier/run.json");
    return new ObjectMapper().readTree(report).at("/rows/run").asInt(-1);
  }

  @Test
  void aTableWithSnapshotsIsReadAsItsCurrentOne() throws IOException {
    refresh(0);
    put("r6", "Another question", "en");
    refresh(0);
    folder.write("next.yaml", "steps: [{user: \"{{ row.a }}\"}, {gen: b, maxTokens: 2}]");
    String next =
        folder
            .write(
                "next-job.yaml",
                """
                model: builtin:nano
                program: next.yaml
                input: {path: out, id: id}
                output: {path: next}
                engine: {kvCacheBytes: 64MiB}
                runner: direct
                """)
            .toString();
    assertThat(run(0, "refresh", next).out()).contains("7 new");
    put("r7", "A third question", "en");
    refresh(0);
    assertThat(run(0, "refresh", next).out()).contains("1 new, 0 changed, 7 unchanged");
    run(0, "snapshots", out(), "restore", "3");
    assertThat(run(0, "refresh", next).out()).contains("nothing to do");
    Files.delete(directory.resolve("out/CURRENT"));
    assertThat(run(2, "refresh", next).err()).contains("none of the table's snapshots is current");
  }
}
