package dev.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.eval.MetricScore;
import dev.espalier.eval.Response;
import dev.espalier.eval.Sample;
import dev.espalier.eval.SweepResults;
import dev.espalier.eval.sweep.SweepFolder;
import dev.espalier.row.StepTrace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code espalier eval} where tasks are programs. */
class EvalProgramsTest {
  @TempDir Path directory;

  private JobFolder folder;

  @BeforeEach
  void write() throws IOException {
    folder = new JobFolder(directory);
    folder.write("colours.jsonl", EvalCommandTest.COLOURS);
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
