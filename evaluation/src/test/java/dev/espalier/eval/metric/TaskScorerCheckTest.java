package dev.espalier.eval.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.eval.FilterPipeline;
import dev.espalier.eval.FilterStep;
import dev.espalier.eval.MetricSpec;
import dev.espalier.eval.OutputType;
import dev.espalier.eval.Request;
import dev.espalier.eval.Response;
import dev.espalier.eval.TaskDocument;
import dev.espalier.eval.TaskScoring;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What of a task's metrics cannot come to a score is said before anything is asked. */
class TaskScorerCheckTest {
  private static TaskScoring task(
      OutputType type,
      int repeats,
      String metric,
      Map<String, Object> arguments,
      FilterStep... steps) {
    return new TaskScoring(
        "task",
        "task",
        Optional.empty(),
        type,
        List.of(new MetricSpec(metric, Optional.empty(), Optional.empty(), arguments)),
        steps.length == 0 ? List.of() : List.of(new FilterPipeline("f", List.of(steps))),
        repeats,
        Optional.empty());
  }

  private static TaskScoring text(int repeats, String metric, FilterStep... steps) {
    return task(OutputType.GENERATE_UNTIL, repeats, metric, Map.of(), steps);
  }

  private static FilterStep step(String function) {
    Map<String, Object> arguments = function.equals("take_first_k") ? Map.of("k", 2L) : Map.of();
    return new FilterStep(function, arguments);
  }

  private static void refused(TaskScoring task, String reason) {
    assertThatThrownBy(() -> TaskScorer.of(task, TaskFunctions.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void aFilterLeavesWhatTheMetricLooksAt() {
    FilterStep[] two = {step("lowercase"), step("take_first_k")};
    assertThat(TaskScorer.of(text(3, "majority", two), TaskFunctions.NONE)).isNotNull();
    assertThat(TaskScorer.of(text(3, "token_f1"), TaskFunctions.NONE)).isNotNull();
    assertThat(TaskScorer.of(text(3, "token_f1", step("majority_vote")), TaskFunctions.NONE))
        .isNotNull();
    refused(text(3, "majority"), "the filter leaves the first alone");
    refused(text(3, "token_f1", two), "it looks at one answer, and the filter leaves 2");
    refused(
        task(OutputType.GENERATE_UNTIL, 3, "pass@k", Map.of("k", List.of(1L, 3L)), two),
        "it needs 3 answers, and there are 2");
    refused(task(OutputType.GENERATE_UNTIL, 3, "pass@k", Map.of("k", List.of())), "an empty list");
  }

  @Test
  void aMetricTakesAnswersOfItsOutputTypeAlone() {
    refused(text(1, "ece"), "it takes answers of multiple_choice");
    refused(
        task(OutputType.MULTIPLE_CHOICE, 1, "regex_match", Map.of("pattern", "a")),
        "it takes answers of generate_until");
  }

  @Test
  void aTargetThatNoAnswerCanMeetIsSaid() {
    TaskScorer json = TaskScorer.of(text(1, "json_fields"), TaskFunctions.NONE);
    assertThat(json.check(List.of(document(0, "{\"a\": 1}"), document(1, "7"))))
        .containsExactly("document 1: json_fields needs a JSON object as the target");
    TaskScorer regex = TaskScorer.of(text(1, "regex_match"), TaskFunctions.NONE);
    assertThat(regex.check(List.of(document(0, "a+"), document(1, "("), document(2, "["))))
        .hasSize(2)
        .first()
        .asString()
        .startsWith("document 1: the pattern `(`");
  }

  @Test
  void aJudgeWithoutAVerdictPrefersNobody() {
    TaskScorer judge = TaskScorer.of(text(1, "judge"), TaskFunctions.NONE);
    List<List<Response>> silent = verdicts("", " ");
    List<List<Response>> won = verdicts("A", "B");
    TaskScore score =
        judge.score(List.of(document(0, "x"), document(1, "y")), List.of(silent, won));
    assertThat(score.samples().get(0).metrics())
        .containsEntry("judge", 0.5)
        .containsEntry("judge_consistency", 0.0);
    assertThat(score.samples().get(1).metrics())
        .containsEntry("judge", 1.0)
        .containsEntry("judge_consistency", 1.0);
  }

  private static List<List<Response>> verdicts(String first, String second) {
    return List.of(List.of(new Response.Text(first)), List.of(new Response.Text(second)));
  }

  private static TaskDocument document(int id, String target) {
    Request request = new Request.GenerateUntil("", Map.of());
    return new TaskDocument(id, Map.of(), "", target, List.of(), List.of(request, request));
  }
}
