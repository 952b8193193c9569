package dev.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.espalier.engine.Dtype;
import dev.espalier.row.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobFileTest {
  private static final String COMPLETE =
      """
      model: builtin:nano
      program: triage.yaml
      input: {path: tickets.jsonl, id: id}
      output: {path: out/triage, shards: 4, include: [lang]}
      seed: 7
      engine: {device: cpu, kvCacheBytes: 512MiB, maxBatchTokens: 2048}
      runner: {name: direct}
      """;

  @TempDir Path directory;

  @Test
  void readsEveryFieldAndResolvesPathsAgainstTheFile() throws Exception {
    JobFile job = JobFileReader.read(write(COMPLETE), List.of());
    assertThat(job.model()).isEqualTo("builtin:nano");
    assertThat(job.program()).isEqualTo(directory.resolve("triage.yaml").toString());
    assertThat(job.input().path()).isEqualTo(directory.resolve("tickets.jsonl").toString());
    assertThat(job.input().id()).contains("id");
    assertThat(job.output().path()).isEqualTo(directory.resolve("out/triage").toString());
    assertThat(job.output().shards()).isEqualTo(4);
    assertThat(job.output().include()).containsExactly("lang");
    assertThat(job.seed()).isEqualTo(7);
    assertThat(job.engine().kvCacheBytes()).isEqualTo(512L << 20);
    assertThat(job.engine().maxBatchTokens()).isEqualTo(2048);
    assertThat(job.runner().name()).isEqualTo("direct");
    assertThat(job.maxFailures()).isEqualTo(0.001);
  }

  @Test
  void overridesReplaceAddAndExpandShortForms() throws Exception {
    JobFile job =
        JobFileReader.read(
            write(COMPLETE.replace("runner: {name: direct}", "runner: flink")),
            List.of(
                "runner.master=localhost:8081",
                "engine.device=cuda:0",
                "output.include=[a, b]",
                "maxFailures=5%",
                "plan.grouping=false",
                "input.path=s3a://bucket/rows.parquet"));
    assertThat(job.runner().name()).isEqualTo("flink");
    assertThat(job.runner().master()).contains("localhost:8081");
    assertThat(job.engine().device()).hasToString("cuda:0");
    assertThat(job.output().include()).containsExactly("a", "b");
    assertThat(job.maxFailures()).isEqualTo(0.05);
    assertThat(job.plan().grouping()).isFalse();
    assertThat(job.input().path()).isEqualTo("s3a://bucket/rows.parquet");
  }

  @Test
  void devicesAreOneAListOrAll() throws Exception {
    for (String listed : List.of("[cuda:0, cuda:1]", "cuda:0,cuda:1")) {
      JobFile job = JobFileReader.read(write(COMPLETE), List.of("engine.device=" + listed));
      assertThat(job.engine().device()).hasToString("cuda:0,cuda:1");
    }
    JobFile all = JobFileReader.read(write(COMPLETE), List.of("engine.device=cuda:*"));
    assertThat(all.engine().device()).hasToString("cuda:*");
    assertThat(problems(COMPLETE, "engine.device=[cuda:1, cuda:1]"))
        .singleElement()
        .satisfies(problem -> assertThat(problem.remedy()).contains("[cuda:0, cuda:1]"));
  }

  @Test
  void reportsEveryProblemWithItsPlaceAndRemedy() throws Exception {
    List<Problem> problems =
        problems(
            """
            modle: builtin:nano
            program: triage.yaml
            input: {path: tickets.jsonl, id: {a: b}}
            output: {path: out, shards: 0}
            engine:
              device: gpu
              kvCacheBytes: lots
            runner: {name: spark, master: nowhere}
            maxFailures: 120%
            """,
            "seed=many", "nonsense");
    assertThat(problems)
        .extracting(Problem::location)
        .extracting(location -> location.replace(directory + "/", ""))
        .containsExactlyInAnyOrder(
            "job.yaml:1:1",
            "job.yaml:1:1",
            "job.yaml:3:30",
            "job.yaml:4:21",
            "job.yaml:6:3",
            "job.yaml:7:3",
            "job.yaml:8:10",
            "job.yaml:8:23",
            "job.yaml:9:1",
            "--set seed=many",
            "--set nonsense");
    assertThat(problems).allSatisfy(problem -> assertThat(problem.remedy()).isNotEmpty());
    assertThat(problems)
        .anySatisfy(problem -> assertThat(problem.remedy()).contains("did you mean model?"));
  }

  @Test
  void aClusterIsOfFlinkAndNothingIsOfAnyRunnerThatFits() throws Exception {
    String free = COMPLETE.replace("runner: {name: direct}", "");
    assertThat(JobFileReader.read(write(free), List.of()).runner().name()).isEqualTo("auto");
    assertThat(JobFileReader.read(write(free), List.of("runner.master=a:1")).runner().name())
        .isEqualTo("flink");
    assertThat(problems(COMPLETE, "runner.master=a:1"))
        .singleElement()
        .satisfies(problem -> assertThat(problem.message()).contains("runner.name is direct"));
  }

  @Test
  void eightBitWeightsOnAGpuAreAProblem() throws Exception {
    assertThat(problems(COMPLETE, "engine.device=cuda:0", "engine.weights=int8"))
        .singleElement()
        .satisfies(problem -> assertThat(problem.message()).contains("int8", "cuda:0"));
  }

  @Test
  void theTypeToComputeInIsOneOfTheDevice() throws Exception {
    JobFile job =
        JobFileReader.read(
            write(COMPLETE), List.of("engine.device=cuda:0", "engine.dtype=float32"));
    assertThat(job.engine().dtype()).isEqualTo(Dtype.FLOAT32);
    assertThat(problems(COMPLETE, "engine.dtype=bfloat16"))
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.location()).isEqualTo("--set engine.dtype=bfloat16");
              assertThat(problem.message()).contains("bfloat16", "cpu");
              assertThat(problem.remedy()).contains("float32");
            });
    assertThat(problems(COMPLETE, "engine.dtype=float16"))
        .singleElement()
        .satisfies(problem -> assertThat(problem.remedy()).contains("bfloat16", "float32"));
  }

  @Test
  void aFieldGivenTwiceIsAProblem() throws Exception {
    assertThat(problems(COMPLETE + "seed: 8\n"))
        .singleElement()
        .satisfies(problem -> assertThat(problem.message()).contains("`seed` is given twice"));
  }

  /** One fault is one problem, at the place to mend, and its remedy is of use. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "output.include=[a, null]|item 2 of output.include is empty|leave the item out",
        "output.include=[a, [b]]|item 2 of output.include is a list|leave the item out",
        "output.include=a|output.include is a text|write a list",
        "engine.device=[[cpu]]|item 1 of engine.device is a list|leave the item out",
        "engine.device=gpu|engine.device is `gpu`|cuda:0",
        "input=rows.jsonl|input is a text|mapping of fields",
        "input=[rows.jsonl]|input is a list|mapping of fields",
        "plan=true|plan is a truth value|mapping of fields",
        "runner=[flink]|runner is a list|mapping of fields",
        "output.overwrite=[]|output.overwrite is a list|write a single value",
        "output.overwrite=yes|output.overwrite is `yes`|true, false",
        "model=[a]|model is a list|write a single value",
        "output.path=~/out|output.path is `~/out`|write the whole path",
        "output.path=\"a\\0b\"|output.path holds U+0000|remove it"
      })
  void oneFaultIsOneProblem(String setting, String message, String remedy) throws IOException {
    assertThat(problems(COMPLETE, setting))
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.location()).isEqualTo("--set " + setting);
              assertThat(problem.message()).contains(message);
              assertThat(problem.remedy()).contains(remedy);
            });
  }

  @Test
  void whatIsNoYamlIsOneProblemWithItsPlace() throws Exception {
    assertThat(problems("model: [unclosed\nseed: 1\n"))
        .singleElement()
        .satisfies(problem -> assertThat(problem.location()).contains("job.yaml:2"));
    assertThat(problems("- a list\n")).hasSize(1);
    assertThat(problems("")).hasSize(1);
  }

  @Test
  void aMissingFileIsOneProblem() {
    ConfigurationException failure =
        catchThrowableOfType(
            ConfigurationException.class,
            () -> JobFileReader.read(directory.resolve("none.yaml"), List.of()));
    assertThat(failure.problems()).hasSize(1);
  }

  private List<Problem> problems(String text, String... overrides) throws IOException {
    Path file = write(text);
    return catchThrowableOfType(
            ConfigurationException.class, () -> JobFileReader.read(file, List.of(overrides)))
        .problems();
  }

  private Path write(String text) throws IOException {
    return Files.writeString(directory.resolve("job.yaml"), text);
  }
}
