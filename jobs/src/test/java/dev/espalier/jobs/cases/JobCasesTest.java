package dev.espalier.jobs.cases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.io.read.ReadOptions;
import dev.espalier.io.read.RecordScan;
import dev.espalier.jobs.JobFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs on which the command failed, and their relatives: what it says and how it ends. */
class JobCasesTest {
  private static final String JOB =
      """
      model: builtin:nano
      program: p.yaml
      input: {path: in.jsonl, id: id}
      output: {path: out}
      engine: {device: cpu, kvCacheBytes: 32MiB}
      plan: {inFlight: 16}
      """;

  @TempDir Path directory;
  private JobFolder folder;

  @BeforeEach
  void writeJob() throws IOException {
    folder = new JobFolder(directory);
    folder.write(
        "in.jsonl",
        List.of(
            "{\"id\": \"r1\", \"body\": \"My parcel is late.\", \"error\": \"disk full\"}",
            "{\"id\": \"r2\", \"body\": \"Invoice is wrong.\"}",
            "{\"id\": \"r3\", \"body\": \"Thanks.\"}"));
    folder.write("p.yaml", "steps:\n  - user: \"{{ row.body }}\"\n  - gen: a\n    maxTokens: 3\n");
    folder.write("job.yaml", JOB);
  }

  /** Exit code 2, this many problems, each with a remedy, and nothing written. */
  private String refused(int problems, String text, String... more) throws IOException {
    folder.write("job.yaml", text);
    List<String> words = new ArrayList<>(List.of("run", directory.resolve("job.yaml").toString()));
    words.addAll(List.of(more));
    JobFolder.Ended ended = folder.run(words.toArray(new String[0]));
    assertThat(ended.code()).as(ended.err()).isEqualTo(2);
    assertThat(ended.err().lines().filter(line -> line.startsWith("error: ")))
        .as(ended.err())
        .hasSize(problems);
    assertThat(ended.err())
        .contains(problems + (problems == 1 ? " problem" : " problems") + "; nothing was run.")
        .doesNotContain("Exception")
        .doesNotContain("java.");
    assertThat(directory.resolve("out/_manifest.json")).doesNotExist();
    return ended.err();
  }

  @Test
  void yamlThatLoopsOrExplodesIsRefusedAtOnce() throws IOException {
    assertThat(refused(1, "x: &a {b: *a}\n" + JOB)).contains("job.yaml:1:");
    StringBuilder bomb = new StringBuilder("x0: &a0 [x,x]\n");
    for (int i = 1; i < 25; i++) {
      bomb.append("x%d: &a%d [*a%d,*a%d]\n".formatted(i, i, i - 1, i - 1));
    }
    assertThat(refused(1, bomb + JOB)).contains("job.yaml:");
    assertThat(refused(1, JOB + "seed: \"\u0001\"\n")).contains("job.yaml:7");
  }

  @Test
  void numbersBeyondTheirBoundsAreRefusedWithTheirPlace() throws IOException {
    for (String field :
        List.of(
            "engine.maxBatchTokens=2147483647",
            "engine.maxBatchTokens=0",
            "engine.maxBatchTokens=1e9",
            "engine.maxSequences=1000000000",
            "engine.threads=2000000",
            "engine.threads=-1",
            "engine.kvCacheBytes=100TiB",
            "engine.kvCacheBytes=1TiB",
            "plan.inFlight=1000000",
            "plan.inFlight=0",
            "runner.workers=99999",
            "output.shards=0",
            "output.shards=99999999999",
            "seed=99999999999999999999",
            "maxFailures=200%",
            "maxFailures=.5.")) {
      assertThat(refused(1, JOB, "--set", field)).contains("error: --set " + field);
    }
    assertThat(refused(1, JOB.replace("32MiB", "32MiB, maxBatchTokens: 2147483647")))
        .contains("job.yaml:5:")
        .contains("from 1 to");
  }

  @Test
  void fieldsAndSettingsThatAreMisspeltAreRecognised() throws IOException {
    assertThat(refused(1, JOB, "--set", "plan.inFlihgt=3")).contains("did you mean inFlight?");
    assertThat(refused(1, JOB, "--set", "outptu.shards=3")).contains("did you mean output?");
    assertThat(refused(1, JOB, "--set", "shards")).contains("write for example seed=7");
    assertThat(refused(1, JOB, "--runner", "flnk")).contains("did you mean flink?");
    assertThat(refused(1, JOB, "--set", "output.include=[bodyy]")).contains("did you mean body?");
  }

  @Test
  void includedFieldsThatEveryTableHasAreRefused() throws IOException {
    assertThat(refused(1, JOB, "--set", "output.include=[error]"))
        .contains("`error` is a column that every table has");
    assertThat(refused(3, JOB, "--set", "output.include=[id, trace, body, body]"))
        .contains("`body` stands twice");
    assertThat(refused(1, JOB.replace("{path: out}", "\n  path: out\n  include: [error]")))
        .contains("job.yaml:6:13: `error` is");
  }

  @Test
  void whatTheModelAndTheInputLackIsSaidBesideTheProgramsFaults() throws IOException {
    folder.write("in.csv", List.of("id,body", "r1,Hello"));
    folder.write(
        "p.yaml",
        """
        steps:
          - user: "{{ row.bdy }}"
          - special: <none>
          - {gen: a, stopTokens: 1000000, regex: '[a-z]{300}'}
          - {gen: b, typ: integer}
        """);
    String err = refused(4, JOB.replace("in.jsonl", "in.csv"));
    assertThat(err)
        .contains("p.yaml:2:15: the input has no field `bdy`", "did you mean body?")
        .contains("p.yaml:3:14: \"<none>\" is no special token of this model")
        .contains("p.yaml:4:26: `stopTokens` has the token id 1000000, which the model lacks")
        .contains("p.yaml:5:14: the step has no field `typ`")
        .contains("warning: p.yaml:4:42: the shortest output");
  }

  @Test
  void aProgramThatIsNotThereIsSaidWhereTheJobFileNamesIt() throws IOException {
    assertThat(refused(1, JOB.replace("p.yaml", "q.yaml"))).contains("job.yaml:2:1: ", "q.yaml: ");
    assertThat(refused(1, JOB.replace("p.yaml", "com.example.None")))
        .contains("job.yaml:2:1: class com.example.None: there is no such class");
  }

  @Test
  void allThatIsWrongIsSaidTogether() throws IOException {
    String err =
        refused(
            8,
            """
            model: nowhere
            program: nothing.yaml
            input: {path: none.jsonl, id: id}
            output: {path: in.jsonl, shard: 4}
            engine: {device: cuda:99}
            plan: {inFlight: 0}
            seeed: 3
            """);
    assertThat(err)
        .contains("job.yaml:1:1", "job.yaml:3:9", "job.yaml:4:10", "job.yaml:5:10")
        .contains("nothing.yaml", "none.jsonl", "cuda:99", "is a file, not a directory")
        .contains("did you mean seed?");
  }

  @Test
  void aTableNeverStandsInWhatItIsMadeOf() throws IOException {
    Path rows = Files.createDirectory(directory.resolve("rows"));
    Files.copy(directory.resolve("in.jsonl"), rows.resolve("in.jsonl"));
    String inDirectory = JOB.replace("in.jsonl", "rows");
    for (String place : List.of("rows", "rows/out", "rows/../rows/out")) {
      assertThat(refused(1, inDirectory, "--set", "output.path=" + place)).contains("input");
    }
    assertThat(refused(1, JOB.replace("in.jsonl", "rows/in.jsonl"), "--set", "output.path=rows"))
        .contains("holds a file of the input");
    assertThat(refused(1, JOB.replace("in.jsonl", "rows/*.jsonl"), "--set", "output.path=rows"))
        .contains("holds a file of the input");
    Files.createDirectory(directory.resolve("days"));
    Files.copy(directory.resolve("in.jsonl"), directory.resolve("days/in.jsonl"));
    for (String pattern : List.of("day?/*", "da*")) {
      assertThat(refused(1, JOB.replace("in.jsonl", pattern), "--set", "output.path=days/out"))
          .as(pattern)
          .contains("input.path is a pattern that takes a file of the table");
    }
    assertThat(refused(1, JOB.replace("in.jsonl", "days/*"), "--set", "output.path=days/out"))
        .contains("input.path is a pattern that takes a file of the table, part-00000")
        .contains("the next run would read it");
    Files.createSymbolicLink(directory.resolve("link"), rows);
    assertThat(refused(1, inDirectory, "--set", "output.path=link/out")).contains("input");
    Files.createDirectory(directory.resolve("s*"));
    Files.copy(directory.resolve("in.jsonl"), directory.resolve("s*/in.jsonl"));
    for (String input :
        List.of(
            inDirectory,
            JOB.replace("in.jsonl", "days/*.jsonl").replace("out}", "days/out}"),
            JOB.replace("in.jsonl", "s*").replace("out}", "same}"))) {
      folder.write("job.yaml", input);
      assertThat(folder.run("run", directory.resolve("job.yaml").toString()).code()).isZero();
    }
  }

  @Test
  void aDirectoryThatCannotBeWrittenIsFoundBefore() throws IOException {
    folder.write("file", "x");
    assertThat(refused(1, JOB, "--set", "output.path=file/below"))
        .contains("output.path=file/below");
    Files.createSymbolicLink(directory.resolve("link"), directory.resolve("gone"));
    for (String place : List.of("link", "link/below")) {
      assertThat(refused(1, JOB, "--set", "output.path=" + place))
          .contains(
              "output.path=" + place, "link: is a symbolic link to nothing", "choose another");
    }
    assertThat(refused(1, JOB, "--set", "output.path=nosuch://user:secret@host/x"))
        .contains("nosuch://host/x")
        .contains("no file system is known")
        .doesNotContain("secret");
  }

  @Test
  void oneBadTemplateRowIsOneErrorRow() throws IOException {
    folder.write(
        "in.jsonl",
        List.of(
            "{\"id\":\"1\",\"body\":\"x\",\"n\":5}",
            "{\"id\":\"2\",\"body\":\"x\",\"n\":2000000000}",
            "{\"id\":\"3\",\"body\":\"x\",\"n\":5}"));
    folder.write("p.yaml", "steps:\n  - user: \"{{ 'x' * row.n }}\"\n  - {gen: a, maxTokens: 2}\n");
    JobFolder.Ended ended = folder.run("run", directory.resolve("job.yaml").toString());
    assertThat(ended.code()).as(ended.err()).isEqualTo(1);
    assertThat(ended.out()).contains("3 rows written", "1 failed", ": 1 row, row 2");
    Map<String, Object> errors = new TreeMap<>();
    RecordScan.forEach(
        ReadOptions.of(directory.resolve("out").toString()).withIdField("id"),
        row -> errors.put(row.id(), row.fields().get("error") != null));
    assertThat(errors).isEqualTo(Map.of("1", false, "2", true, "3", false));
  }

  @Test
  void aTableOfOneRowAndOneOfFailuresAloneAreReportedRight() throws IOException {
    folder.write("in.jsonl", List.of("{\"id\": \"r1\", \"body\": \"Hi.\"}"));
    JobFolder.Ended one = folder.run("run", directory.resolve("job.yaml").toString());
    assertThat(one.code()).isZero();
    assertThat(one.out())
        .startsWith("1 row written to ")
        .doesNotContain(" 0 rows/s")
        .doesNotContainPattern("(?<![.0-9])1 rows");
    folder.write("in.jsonl", List.of("{\"id\": \"r1\"}", "{\"id\": \"r2\", \"body\": null}"));
    JobFolder.Ended none =
        folder.run(
            "run", directory.resolve("job.yaml").toString(), "--set", "output.overwrite=true");
    assertThat(none.code()).as(none.err()).isEqualTo(1);
    assertThat(none.out()).contains("2 rows written", "2 failed", "100% failed");
  }

  @Test
  void errorsOfTheVirtualMachineAreToldInASentence() throws IOException {
    folder.write("job.yaml", JOB.replace("p.yaml", "dev.espalier.jobs.Breaking"));
    JobFolder.Ended ended = folder.run("run", directory.resolve("job.yaml").toString());
    assertThat(ended.code()).as(ended.err()).isEqualTo(3);
    assertThat(ended.err())
        .contains("tried once more")
        .contains("row r2")
        .contains("memory ran out")
        .contains("--verbose prints the stack trace")
        .doesNotContain("Exception")
        .doesNotContain("\tat ");
    assertThat(directory.resolve("out/_manifest.json")).doesNotExist();
  }
}
