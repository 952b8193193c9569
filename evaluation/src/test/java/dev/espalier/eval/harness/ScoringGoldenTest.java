package dev.espalier.eval.harness;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.espalier.eval.Response;
import dev.espalier.eval.TaskDocument;
import dev.espalier.eval.metric.GroupScorer;
import dev.espalier.eval.metric.TaskScore;
import dev.espalier.eval.metric.TaskScorer;
import dev.espalier.eval.task.DataMapping;
import dev.espalier.eval.task.PreparedTask;
import dev.espalier.eval.task.PromptOptions;
import dev.espalier.eval.task.Task;
import dev.espalier.eval.task.TaskException;
import dev.espalier.eval.task.TaskLibrary;
import dev.espalier.eval.task.TaskSelection;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Scores the answers that a program gave to the project's own tasks under lm-evaluation-harness;
 * see {@code infra/oracle/scoring.py}.
 */
class ScoringGoldenTest {
  private static final Path HERE = Path.of("src/test/resources/scoring");
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  private static TaskSelection selection;
  private static final Map<String, TaskScore> SCORES = new LinkedHashMap<>();
  private static JsonNode expected;
  private static JsonNode given;

  @BeforeAll
  static void score() throws IOException, TaskException {
    assertThat(Files.readString(HERE.resolve("golden/python.txt")))
        .startsWith("Python 3.11.")
        .endsWith("lm_eval 0.4.13\n");
    selection =
        TaskLibrary.open(List.of(HERE.resolve("tasks").toString()))
            .find(
                List.of(
                    "own_all",
                    "own_blank",
                    "own_word",
                    "own_pages",
                    "own_aliases",
                    "own_letters",
                    "own_kinds"));
    Map<String, Object> data = new LinkedHashMap<>();
    for (String name :
        List.of("quiz", "binary", "blank", "text", "copy", "sums", "aliases", "letters")) {
      data.put("own/" + name, HERE.resolve("data/" + name + "/{split}.jsonl").toString());
    }
    List<ResultsFile.TaskEntry> entries = new ArrayList<>();
    for (Task task : selection.tasks()) {
      PreparedTask prepared = task.prepare(PromptOptions.DEFAULT, DataMapping.of(data, "test"));
      TaskScore score = score(task, prepared);
      SCORES.put(task.name(), score);
      entries.add(
          new ResultsFile.TaskEntry(score, task.fields(), prepared.shots(), prepared.size()));
    }
    ResultsFile.Run run =
        new ResultsFile.Run(Map.of(), Map.of(), "program", "program", null, false, null, "0");
    given =
        JSON.readTree(ResultsFile.of(entries, GroupScorer.score(selection.groups(), SCORES), run));
    expected = JSON.readTree(Files.readString(HERE.resolve("golden/results.json")));
  }

  private static Path golden(String task) {
    return HERE.resolve("golden/samples_" + task + ".jsonl");
  }

  private static TaskScore score(Task task, PreparedTask prepared) throws IOException {
    List<List<List<Response>>> responses = new ArrayList<>();
    try (BufferedReader lines = Files.newBufferedReader(golden(task.name()))) {
      Map<Integer, SampleReader.Answered> answered =
          SampleReader.samples(lines, task.name(), task.scoring().outputType());
      for (TaskDocument document : prepared.documents()) {
        responses.add(answered.get(document.id()).responses());
      }
    }
    return TaskScorer.of(task.scoring(), task.functions())
        .score(prepared.documents(), responses, 500);
  }

  @Test
  void everySampleIsTheHarnesssToTheCharacter() throws IOException {
    for (TaskScore score : SCORES.values()) {
      List<String> lines = score.samples().stream().map(SampleLines::of).toList();
      assertThat(lines)
          .as(score.task().task())
          .isEqualTo(Files.readAllLines(golden(score.task().task())));
    }
    assertThat(SCORES).hasSize(13);
  }

  @Test
  void everyFigureOfTasksAndGroupsIsTheHarnesss() {
    for (String section : List.of("results", "groups", "versions", "n-shot", "n-samples")) {
      assertThat(names(given.path(section)))
          .containsExactlyInAnyOrderElementsOf(names(expected.path(section)));
      for (String name : names(expected.path(section))) {
        assertThat(given.path(section).path(name).toString())
            .as(section + " of " + name)
            .isEqualTo(expected.path(section).path(name).toString());
      }
    }
  }

  @Test
  void whatResultsSayOfTasksIsTheHarnesss() {
    for (String section :
        List.of(
            "group_subtasks",
            "higher_is_better",
            "task_hashes",
            "model_source",
            "model_name_sanitized",
            "chat_template_sha")) {
      assertThat(given.path(section)).as(section).isEqualTo(expected.path(section));
    }
  }

  private static List<String> names(JsonNode node) {
    List<String> names = new ArrayList<>();
    for (Iterator<String> each = node.fieldNames(); each.hasNext(); ) {
      names.add(each.next());
    }
    return names;
  }
}
