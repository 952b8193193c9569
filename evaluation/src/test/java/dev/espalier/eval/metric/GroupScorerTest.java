package dev.espalier.eval.metric;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.espalier.eval.OutputType;
import dev.espalier.eval.TaskGroup;
import dev.espalier.eval.TaskScoring;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GroupScorerTest {

  private static TaskScore task(String name, double value, Object error, int documents) {
    TaskScoring scoring =
        new TaskScoring(
            name,
            name,
            Optional.empty(),
            OutputType.MULTIPLE_CHOICE,
            List.of(),
            List.of(),
            1,
            Optional.empty());
    Map<String, Object> results = new LinkedHashMap<>();
    results.put("acc,none", value);
    results.put("acc_stderr,none", error);
    return new TaskScore(scoring, List.of(), results, List.of(), documents, Map.of("acc", true));
  }

  private static TaskGroup group(String name, boolean weighted, List<String> members) {
    return new TaskGroup(
        name,
        name,
        Optional.empty(),
        members,
        List.of(new TaskGroup.Aggregate("acc", "mean", weighted, List.of())));
  }

  @Test
  void meansAndErrorsAreThoseOfTheHarness() throws IOException {
    try (InputStream file = GroupScorerTest.class.getResourceAsStream("/metric/golden.json")) {
      JsonNode golden =
          JsonMapper.builder()
              .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
              .build()
              .readTree(file)
              .path("groups");
      assertThat(golden.size()).isEqualTo(20);
      for (JsonNode expected : golden) {
        Map<String, TaskScore> tasks = new LinkedHashMap<>();
        for (int i = 0; i < expected.path("sizes").size(); i++) {
          tasks.put(
              "t" + i,
              task(
                  "t" + i,
                  expected.path("values").get(i).doubleValue(),
                  expected.path("errors").get(i).doubleValue(),
                  expected.path("sizes").get(i).intValue()));
        }
        for (boolean weighted : List.of(true, false)) {
          TaskGroup group = group("g", weighted, List.copyOf(tasks.keySet()));
          GroupScore score = GroupScorer.score(List.of(group), tasks).get(0);
          JsonNode right = expected.path(weighted ? "weighted" : "plain");
          assertThat(score.results())
              .containsEntry("acc,none", right.get(0).doubleValue())
              .containsEntry("acc_stderr,none", right.get(1).doubleValue());
        }
      }
    }
  }

  @Test
  void aGroupOfGroupsCountsTheTasksBelowAndComesAfterThem() {
    Map<String, TaskScore> tasks = new LinkedHashMap<>();
    tasks.put("a", task("a", 1, 0.1, 10));
    tasks.put("b", task("b", 0, 0.1, 30));
    tasks.put("c", task("c", 0.5, "N/A", 60));
    List<GroupScore> scores =
        GroupScorer.score(
            List.of(
                group("outer", true, List.of("inner", "c", "gone")),
                group("inner", true, List.of("a", "b"))),
            tasks);
    List<String> names = new ArrayList<>();
    scores.forEach(score -> names.add(score.group().name()));
    assertThat(names).containsExactly("inner", "outer");
    assertThat(scores.get(0).results()).containsEntry("acc,none", 0.25);
    assertThat(scores.get(1).results())
        .containsEntry("acc,none", 0.4)
        .containsEntry("acc_stderr,none", "N/A");
    assertThat(scores.get(1).documents()).isEqualTo(100);
    assertThat(scores.get(1).warnings()).singleElement().asString().contains("gone");
  }
}
