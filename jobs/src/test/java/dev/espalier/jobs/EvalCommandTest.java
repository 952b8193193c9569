package dev.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.espalier.eval.CellResult;
import dev.espalier.eval.MetricScore;
import dev.espalier.eval.Sample;
import dev.espalier.eval.SweepResults;
import dev.espalier.eval.sweep.SweepFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code espalier eval} from task files to results. */
class EvalCommandTest {
  static final List<String> COLOURS =
      List.of(
          "{\"thing\": \"Blood\", \"colour\": \"red\"}",
          "{\"thing\": \"Grass\", \"colour\": \"green\"}",
          "{\"thing\": \"The sky\", \"colour\": \"blue\"}",
          "{\"thing\": \"A leaf\", \"colour\": \"green\"}");

  @TempDir Path directory;

  private JobFolder folder;

  @BeforeEach
  void write() throws IOException {
    folder = new JobFolder(directory);
    directory.resolve("tasks").toFile().mkdirs();
    folder.write(
        "tasks/colours.yaml",
        """
        task: colours
        dataset_path: test/colours
        test_split: test
        fewshot_split: test
        output_type: multiple_choice
        doc_to_text: "{{thing}} is"
        doc_to_choice: [red, green, blue]
        doc_to_target: colour
        metric_list:
          - metric: acc
          - metric: acc_norm
        """);
    folder.write(
        "tasks/copy.yaml",
        """
        task: copy
        dataset_path: test/colours
        test_split: test
        output_type: generate_until
        doc_to_text: "Q: {{thing}}\\nA:"
        doc_to_target: colour
        generation_kwargs: {until: ["\\n"], max_gen_toks: 4}
        metric_list:
          - metric: exact_match
        """);
    folder.write("colours.jsonl", COLOURS);
    folder.write(
        "sweep.yaml",
        """
        output: out
        models: {nano: builtin:nano}
        taskDirectories: tasks
        data: {test/colours: colours.jsonl}
        tasks: [colours, copy]
        axes:
          fewshot: [0, 1]
          prompt:
            plain:
            told: {task: {description: "Say the colour. "}}
        exclude: [{task: copy, fewshot: 1}]
        names: {baseline: {model: nano, fewshot: 0, prompt: plain}}
        """);
  }

  @Test
  void aSweepLeavesACellForEachCombinationThatIsNotExcluded() throws Exception {
    JobFolder.Ended ended = folder.run("eval", directory.resolve("sweep.yaml").toString());

    assertThat(ended.err()).isEmpty();
    assertThat(ended.code()).isEqualTo(Espalier.DONE);
    SweepResults results = SweepFolder.open(directory.resolve("out").toString());
    assertThat(results.name()).isEqualTo("sweep");
    assertThat(results.cells().stream().map(result -> result.cell().task() + result.cell().axes()))
        .containsExactly(
            "colours{fewshot=0, prompt=plain}",
            "colours{fewshot=0, prompt=told}",
            "colours{fewshot=1, prompt=plain}",
            "colours{fewshot=1, prompt=told}",
            "copy{fewshot=0, prompt=plain}",
            "copy{fewshot=0, prompt=told}");
    CellResult first = results.cells().get(0);
    assertThat(first.scores().stream().map(MetricScore::metric)).containsExactly("acc", "acc_norm");
    try (Stream<Sample> samples = results.samples(first.cell())) {
      List<Sample> all = samples.toList();
      assertThat(all).hasSize(4);
      double mean =
          all.stream()
              .mapToDouble(sample -> ((Number) sample.metrics().get("acc")).doubleValue())
              .average()
              .orElseThrow();
      assertThat(first.scores().get(0).value()).isEqualTo(mean);
      assertThat(all.get(0).document().document())
          .isEqualTo(Map.of("thing", "Blood", "colour", "red"));
    }

    Map<String, String> before = KilledSweepTest.results(directory.resolve("out"));
    before.remove("sweep.json");
    JobFolder.Ended again =
        folder.run(
            "eval",
            directory.resolve("sweep.yaml").toString(),
            "--set",
            "models={nano: builtin:nano, int8: {model: builtin:nano, engine: {weights: int8}}}");

    assertThat(again.out())
        .contains("nano: 6 cells, 6 done before; 0 requests")
        .contains("int8: 6 cells, 0 done before; 56 requests");
    assertThat(KilledSweepTest.results(directory.resolve("out"))).containsAllEntriesOf(before);
    assertThat(SweepFolder.open(directory.resolve("out").toString()).cells()).hasSize(12);
  }

  @Test
  void resultsCanBeHadAsTheHarnessWritesThem() throws Exception {
    JobFolder.Ended ended =
        folder.run("eval", directory.resolve("sweep.yaml").toString(), "--set", "results=harness");

    assertThat(ended.err()).isEmpty();
    Path run = directory.resolve("out/harness/nano/fewshot=1/prompt=told");
    JsonNode results =
        new ObjectMapper().readTree(run.resolve("results_0.json").toFile()).path("results");
    SweepResults sweep = SweepFolder.open(directory.resolve("out").toString());
    assertThat(results.path("colours").path("acc,none").asDouble())
        .isEqualTo(sweep.cells().get(3).scores().get(0).value());
    assertThat(Files.readAllLines(run.resolve("samples_colours_0.jsonl"))).hasSize(4);
  }

  @Test
  void oneModelOnATaskNeedsNoFile() {
    JobFolder.Ended ended =
        folder.run(
            "eval",
            "--model",
            "builtin:nano",
            "--tasks",
            "colours",
            "--task-dir",
            directory.resolve("tasks").toString(),
            "--data",
            "test/colours=" + directory.resolve("colours.jsonl"),
            "--shots",
            "2",
            "--limit",
            "3",
            "--output",
            directory.resolve("short").toString());

    assertThat(ended.err()).isEmpty();
    assertThat(ended.code()).isEqualTo(Espalier.DONE);
    assertThat(ended.out()).contains("nano: 1 cell, 0 done before; 9 requests, 3 to the engine");
  }

  @Test
  void allThatIsWrongWithASweepIsSaidAtOnceWithItsPlace() throws IOException {
    folder.write(
        "sweep.yaml",
        """
        output: out
        models: {nano: builtin:nanno, other: {modell: x}}
        taskDirectories: tasks
        data: {test/colours: nothing.jsonl}
        tasks: [colour]
        limit: -3
        axes:
          fewshott: [1]
        exclude: [{model: huge}]
        unknown: 1
        """);

    JobFolder.Ended ended = folder.run("eval", directory.resolve("sweep.yaml").toString());

    assertThat(ended.code()).isEqualTo(Espalier.BAD_CONFIGURATION);
    assertThat(ended.err())
        .contains("sweep.yaml:2:")
        .contains("There is no built-in model builtin:nanno")
        .contains("unknown field models.other.modell")
        .contains("colour: there is no task")
        .contains("limit is `-3`")
        .contains("the axis fewshott is a list")
        .contains("the axis model has no value huge")
        .contains("unknown field unknown")
        .contains("nothing was run");
  }

  @Test
  void namesThatNothingHasAreSaid() throws IOException {
    JobFolder.Ended ended =
        folder.run(
            "plan",
            directory.resolve("sweep.yaml").toString(),
            "--set",
            "exclude=[{task: coppy}]",
            "--set",
            "label=a/b");
    assertThat(ended.code()).isEqualTo(Espalier.BAD_CONFIGURATION);
    assertThat(ended.err()).contains("label is `a/b`");
    ended =
        folder.run(
            "plan",
            directory.resolve("sweep.yaml").toString(),
            "--set",
            "exclude=[{task: coppy}]",
            "--set",
            "names={two: {fewshot: [0, 1]}}");
    assertThat(ended.code()).isEqualTo(Espalier.BAD_CONFIGURATION);
    assertThat(ended.err()).contains("names.two has several values of fewshot");
    ended =
        folder.run(
            "plan", directory.resolve("sweep.yaml").toString(), "--set", "exclude=[{task: coppy}]");
    assertThat(ended.code()).isEqualTo(Espalier.BAD_CONFIGURATION);
    assertThat(ended.err()).contains("exclude names the task coppy").contains("did you mean copy?");
  }

  @Test
  void documentsThatAreNotThereAreSaidBeforeAnythingRuns() throws IOException {
    folder.write("colours.jsonl", List.of("{\"thing\": \"Blood\", \"colour\": \"purple\"}"));

    JobFolder.Ended ended =
        folder.run(
            "eval",
            directory.resolve("sweep.yaml").toString(),
            "--set",
            "data={test/colours: nowhere.jsonl}");

    assertThat(ended.code()).isEqualTo(Espalier.BAD_CONFIGURATION);
    assertThat(ended.err()).contains("nowhere.jsonl").contains("nothing was run");
  }

  @Test
  void aPlanTellsWhatIsDoneAndWhatIsToDoAndWritesNothing() throws Exception {
    String file = directory.resolve("sweep.yaml").toString();

    JobFolder.Ended before = folder.run("plan", file);

    assertThat(before.err()).isEmpty();
    assertThat(before.out())
        .contains("sweep: 6 cells, 0 done before")
        .contains("nano: 56 requests, 24 to the engine;")
        .contains("on cpu");
    assertThat(directory.resolve("out")).doesNotExist();

    folder.run("eval", file, "--set", "tasks=[colours]", "--set", "exclude=[]");
    JobFolder.Ended after = folder.run("plan", file);

    assertThat(after.out())
        .contains("sweep: 6 cells, 4 done before")
        .contains("nano: 8 requests, 8 to the engine;");
    assertThat(folder.run("plan", file, "--limit", "1").out())
        .contains("sweep: 6 cells, 0 done before")
        .contains("nano: 14 requests,");
  }

  @Test
  void aCellThatIsDamagedIsNoticedAndComputedAgain() throws Exception {
    String[] eval = {
      "eval",
      directory.resolve("sweep.yaml").toString(),
      "--set",
      "tasks=[colours]",
      "--set",
      "exclude=[]"
    };
    folder.run(eval);
    Map<String, String> whole = KilledSweepTest.results(directory.resolve("out"));
    List<Path> cells;
    try (Stream<Path> found = Files.list(directory.resolve("out/cells"))) {
      cells = found.sorted().toList();
    }
    byte[] samples = Files.readAllBytes(cells.get(0).resolve("samples.parquet"));
    samples[samples.length / 2] ^= 1;
    Files.write(cells.get(0).resolve("samples.parquet"), samples);
    Files.writeString(cells.get(1).resolve("result.json"), "{\"format\": 2");
    Files.delete(cells.get(2).resolve("samples.parquet"));

    JobFolder.Ended ended = folder.run(eval);

    assertThat(ended.code()).as(ended.err()).isEqualTo(Espalier.DONE);
    assertThat(ended.out()).contains("4 cells, 1 done before");
    assertThat(ended.err())
        .contains("samples.parquet: is not as it was written, and is computed again")
        .contains("result.json: it is no JSON at line 1, column");
    assertThat(KilledSweepTest.results(directory.resolve("out"))).isEqualTo(whole);
  }
}
