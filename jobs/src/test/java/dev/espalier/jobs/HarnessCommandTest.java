package dev.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code espalier harness}: requests out, answers in. */
class HarnessCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();

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
        output_type: multiple_choice
        doc_to_text: "{{thing}} is"
        doc_to_choice: [red, green]
        doc_to_target: colour
        metric_list: [{metric: acc}, {metric: ece}]
        """);
    folder.write(
        "colours.jsonl",
        List.of(
            "{\"thing\": \"Blood\", \"colour\": \"red\"}",
            "{\"thing\": \"Grass\", \"colour\": \"green\"}",
            "{\"thing\": \"A leaf\", \"colour\": \"green\"}"));
  }

  private JobFolder.Ended run(String... words) {
    List<String> all = new ArrayList<>(List.of("harness"));
    all.addAll(List.of(words));
    all.addAll(
        List.of(
            "--tasks",
            "colours",
            "--task-dir",
            directory.resolve("tasks").toString(),
            "--data",
            "test/colours=" + directory.resolve("colours.jsonl")));
    return folder.run(all.toArray(String[]::new));
  }

  @Test
  void whatIsAnsweredElsewhereIsScoredHere() throws IOException {
    Path requests = directory.resolve("out/requests.jsonl");
    assertThat(run("requests", "--output", requests.toString()).code()).isEqualTo(Espalier.DONE);
    List<String> answered = new ArrayList<>();
    for (String line : Files.readAllLines(requests)) {
      ObjectNode request = (ObjectNode) JSON.readTree(line);
      boolean isGreen = request.path("arguments").path("arg_1").asText().equals(" green");
      request.putArray("resps").addArray().add(isGreen ? -0.5 : -1.5).add(isGreen);
      answered.add(request.toString());
    }
    assertThat(answered).hasSize(6);
    Path answers = folder.write("answers.jsonl", answered);

    JobFolder.Ended ended =
        run(
            "score",
            "--answers",
            answers.toString(),
            "--output",
            directory.resolve("s").toString());

    assertThat(ended.err()).isEmpty();
    assertThat(ended.code()).isEqualTo(Espalier.DONE);
    Path results = directory.resolve("s/answers/results_0.json");
    JsonNode scored = JSON.readTree(Files.readString(results)).path("results").path("colours");
    assertThat(scored.path("acc,none").doubleValue()).isEqualTo(2 / 3.0);
    assertThat(scored.path("sample_len").intValue()).isEqualTo(3);
    // All three say green with e^1/(1+e^1), and two are right.
    double confidence = Math.E / (1 + Math.E);
    assertThat(scored.path("ece,none").doubleValue())
        .isCloseTo(confidence - 2 / 3.0, within(1e-12));

    JobFolder.Ended again =
        run(
            "score",
            "--samples",
            directory.resolve("s").toString(),
            "--output",
            directory.resolve("t").toString());

    assertThat(again.code()).isEqualTo(Espalier.DONE);
    for (String name : List.of("results_0.json", "samples_colours_0.jsonl")) {
      assertThat(directory.resolve("t/answers/" + name))
          .hasSameTextualContentAs(directory.resolve("s/answers/" + name));
    }
  }

  @Test
  void aSweepsFilesAreThoseOfItsResponsesScoredAgain() throws IOException {
    JobFolder.Ended ended =
        folder.run(
            "eval",
            "--model",
            "builtin:nano",
            "--results",
            "harness",
            "--output",
            directory.resolve("e").toString(),
            "--tasks",
            "colours",
            "--task-dir",
            directory.resolve("tasks").toString(),
            "--data",
            "test/colours=" + directory.resolve("colours.jsonl"));
    assertThat(ended.err()).isEmpty();
    assertThat(ended.code()).isEqualTo(Espalier.DONE);
    Path written = directory.resolve("e/harness/nano");
    assertThat(run("score", "--samples", written.toString(), "--output", directory + "/s").code())
        .isEqualTo(Espalier.DONE);
    assertThat(only(written, "samples_colours_"))
        .hasSameTextualContentAs(directory.resolve("s/answers/samples_colours_0.jsonl"));
    JsonNode results = JSON.readTree(Files.readString(only(written, "results_")));
    JsonNode again = JSON.readTree(Files.readString(directory.resolve("s/answers/results_0.json")));
    for (String section : List.of("results", "configs", "n-shot", "n-samples", "task_hashes")) {
      assertThat(results.path(section)).as(section).isEqualTo(again.path(section));
    }
    assertThat(results.path("config").path("model").asText()).isEqualTo("espalier");
  }

  private static Path only(Path folder, String start) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> found =
          files.filter(file -> file.getFileName().toString().startsWith(start)).toList();
      assertThat(found).hasSize(1);
      return found.get(0);
    }
  }

  @Test
  void aDocumentWithoutAnAnswerIsNamed() throws IOException {
    Path answers = folder.write("none.jsonl", List.of(""));
    JobFolder.Ended ended =
        run(
            "score",
            "--answers",
            answers.toString(),
            "--output",
            directory.resolve("s").toString());
    assertThat(ended.code()).isEqualTo(Espalier.BAD_CONFIGURATION);
    assertThat(ended.err()).contains("document 0 of colours has no responses");
  }
}
