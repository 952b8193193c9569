package dev.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.espalier.eval.CellResult;
import dev.espalier.eval.MetricScore;
import dev.espalier.eval.Response;
import dev.espalier.eval.Sample;
import dev.espalier.eval.SweepResults;
import dev.espalier.eval.sweep.SweepFolder;
import dev.espalier.row.StepTrace;
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
    folder.write(
        "colours.jsonl",
        List.of(
            "{\"thing\": \"Blood\", \"colour\": \"red\"}",
            "{\"thing\": \"Grass\", \"colour\": \"green\"}",
            "{\"thing\": \"The sky\", \"colour\": \"blue\"}",
            "{\"thing\": \"A leaf\", \"colour\": \"green\"}"));
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
  void allThatIsWrongWithTasksThatAreProgramsIsSaidAtOnceWithItsPlace() throws IOException {
    folder.write(
        "colour.yaml",
        """
        steps:
          - text: "{{ row.thing }} is"
          - {select: colour, choices: [" red", " green", " blue"]}
        """);
    folder.write("lines.csv", List.of("thing,colour", "Blood,red"));
    folder.write("other.yaml", "steps: [{text: \"{{ row.things }}\"}, {gen: word}]");
    folder.write(
        "sweep.yaml",
        """
        output: out
        models: {nano: builtin:nano}
        tasks:
          - {name: a, program: colour.yaml, input: colours.jsonl, expect: color, answer: colr}
          - name: b
            program: colour.yaml
            input: colours.jsonl
            expect: "{{ rows.colour }}"
            answer: "{{ colour"
            metrics: [exact_mach, {metric: regex_match, pattern: "("}, ece]
            fewshot: 3
          - name: c
            program: gone.yaml
            input: gone.jsonl
            expect: colour
            answer: colour
            samples: 2
            metrics: [{metric: pass@k, k: 3}]
          - name: d
            program: colour.yaml
            input: colours.jsonl
            expect: colour
            answer: colour
            judge: {program: colour.yaml, column: verdict}
          - name: e
            program: colour.yaml
            input: colours.jsonl
            expect: colour
            answer: colour
            metrics: [json_fields]
          - {name: f, program: other.yaml, input: lines.csv, expect: colour, answer: word}
        """);
    String file = directory.resolve("sweep.yaml").toString();

    JobFolder.Ended ended = folder.run("plan", file);

    assertThat(ended.code()).isEqualTo(Espalier.BAD_CONFIGURATION);
    assertThat(ended.err())
        .contains(":4:59: no row of the input that was looked at has a field `color`")
        .contains(":4:74: answer is `colr`, and the program gives no such value")
        .contains("it gives colour; did you mean colour?")
        .contains(":8:5: expect reads `rows`, which has no value")
        .contains(":9:5: answer is no template: the tag is not closed")
        .contains(":10:15: metric exact_mach: there is no such metric")
        .contains(":10:27: metric regex_match: the pattern `(` has a ( without its )")
        .contains(":10:64: metric ece: it takes answers of multiple_choice")
        .contains(":11:5: fewshot is of tasks of task files")
        .contains(":13:5: ")
        .contains("gone.yaml: the file cannot be read")
        .contains("gone.jsonl: no such file")
        .contains(":18:15: metric pass@k, filter all: it needs 3 answers, and there are 2")
        .contains(":24:35: judge.column is `verdict`, and the program gives no such value")
        .contains("document 0: json_fields needs a JSON object as the target; and 3 more like it")
        .contains("the input has no field `things`")
        .contains("nothing was run");
    assertThat(directory.resolve("out")).doesNotExist();
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

  @Test
  void aProgramIsATaskWithMetricsSamplesAndAJudge() throws Exception {
    folder.write(
        "colour.yaml",
        """
        steps:
          - text: "{{ row.vars.before }}{{ row.thing }} is"
          - {select: colour, choices: [" red", " green", " blue"]}
        """);
    folder.write(
        "free.yaml",
        """
        steps:
          - text: "{{ row.thing }} is"
          - {gen: word, maxTokens: 2, temperature: 1.0}
        """);
    folder.write(
        "judge.yaml",
        """
        steps:
          - text: "A:{{ row.first }} B:{{ row.second }} The better one is"
          - {select: verdict, choices: [A, B]}
        """);
    folder.write(
        "programs.yaml",
        """
        output: programs
        models: {nano: builtin:nano}
        vars: {before: "Truly, "}
        tasks:
          - name: select
            program: colour.yaml
            input: colours.jsonl
            expect: colour
            answer: "{{ colour | trim }}"
            metrics: [exact_match, token_f1]
          - name: sampled
            program: free.yaml
            input: colours.jsonl
            expect: colour
            answer: word
            metrics: [{metric: pass@k, k: [1, 3]}, majority]
            samples: 3
            vars: {before: ""}
          - name: judged
            program: colour.yaml
            input: colours.jsonl
            expect: colour
            answer: colour
            judge: {program: judge.yaml, column: verdict}
        """);
    String file = directory.resolve("programs.yaml").toString();

    JobFolder.Ended ended = folder.run("eval", file);

    assertThat(ended.err()).isEmpty();
    assertThat(ended.code()).isEqualTo(Espalier.DONE);
    SweepResults results = SweepFolder.open(directory.resolve("programs").toString());
    assertThat(
            results.cells().stream()
                .map(cell -> cell.scores().stream().map(MetricScore::metric).toList()))
        .containsExactly(
            List.of("exact_match", "token_f1"),
            List.of("pass@1", "pass@3", "majority"),
            List.of("judge", "judge_consistency"));
    try (Stream<Sample> samples = results.samples(results.cells().get(1).cell())) {
      assertThat(samples.map(sample -> sample.responses().get(0).size())).containsOnly(3);
    }
    try (Stream<Sample> samples = results.samples(results.cells().get(2).cell())) {
      assertThat(samples.map(sample -> steps(sample.responses().get(1).get(0))))
          .containsOnly(List.of("colour", "answer", "verdict"));
    }
    assertThat(results.cells()).allMatch(cell -> cell.promptTokens() > 0);
    // Three answers of at most two tokens to each of four rows.
    assertThat(results.cells().get(1).generatedTokens()).isBetween(12L, 24L);
    Map<String, String> first = KilledSweepTest.results(directory.resolve("programs"));

    assertThat(folder.run("eval", file).out()).contains("3 cells, 3 done before");
    folder.run("eval", file, "--set", "output=again");
    assertThat(KilledSweepTest.results(directory.resolve("again"))).isEqualTo(first);
  }

  private static List<String> steps(Response response) {
    return ((Response.Text) response).steps().stream().map(StepTrace::step).toList();
  }

  @Test
  void variablesOfAProgramAreAnAxisAndVerdictsThatNobodyCanReadCostTheirCellAlone()
      throws Exception {
    folder.write("colour.yaml", "steps: [{set: colour, to: '{{ row.vars.say }}'}]");
    folder.write("other.yaml", "steps: [{set: colour, to: red}]");
    folder.write("judge.yaml", "steps: [{set: verdict, to: perhaps}]");
    folder.write(
        "programs.yaml",
        """
        output: programs
        models: {nano: builtin:nano}
        tasks:
          - name: select
            program: colour.yaml
            input: colours.jsonl
            expect: colour
            answer: colour
          - name: judged
            program: colour.yaml
            input: colours.jsonl
            expect: colour
            answer: colour
            judge: {program: judge.yaml, column: verdict}
        axes:
          words:
            green: {vars: {say: green}}
            blue: {vars: {say: blue}}
            other: {program: other.yaml}
            nothing: {vars: {word: red}}
        exclude: [{task: judged, words: [blue, other, nothing]}]
        """);
    String file = directory.resolve("programs.yaml").toString();

    JobFolder.Ended ended = folder.run("eval", file);

    assertThat(ended.code()).isEqualTo(Espalier.FAILED);
    assertThat(ended.err())
        .contains("failed: nano, judged: ")
        .contains("the verdict `perhaps` is none of A, B and tie")
        .contains("MISSING_FIELD")
        .contains("failed: nano, select: the program failed on all rows");
    assertThat(directory.resolve("programs/sweep.json")).doesNotExist();

    ended = folder.run("eval", file, "--set", "exclude=[{task: judged}, {words: nothing}]");

    assertThat(ended.code()).as(ended.err()).isEqualTo(Espalier.DONE);
    assertThat(ended.out()).contains("3 cells, 3 done before");
    SweepResults results = SweepFolder.open(directory.resolve("programs").toString());
    assertThat(results.cells().get(2).scores().get(0).value()).isEqualTo(0.25);
    JobFolder.Ended compared =
        folder.run(
            "compare",
            directory.resolve("programs") + ":@words=blue",
            directory.resolve("programs") + ":@words=green");
    assertThat(compared.out()).containsPattern("select +exact_match +4 +0.2500 +0.5000");
  }
}
