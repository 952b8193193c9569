package dev.espalier.eval.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.espalier.eval.FilterPipeline;
import dev.espalier.eval.FilterStep;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Against what lm-evaluation-harness 0.4.13 wrote down; see {@code metric_golden.py}. */
class MetricGoldenTest {
  private static final JsonNode GOLDEN = golden();

  private static JsonNode golden() {
    JsonMapper mapper =
        JsonMapper.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();
    try (InputStream file = MetricGoldenTest.class.getResourceAsStream("/metric/golden.json")) {
      JsonNode golden = mapper.readTree(file);
      assertThat(golden.path("python").asText()).startsWith("3.11.");
      return golden;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** A value as the harness's Python has it. */
  static Object value(JsonNode node) {
    if (node.isArray()) {
      List<Object> list = new ArrayList<>();
      node.forEach(each -> list.add(value(each)));
      return list;
    }
    if (node.isObject()) {
      Map<String, Object> map = new LinkedHashMap<>();
      node.properties().forEach(field -> map.put(field.getKey(), value(field.getValue())));
      return map;
    }
    if (node.isTextual()) {
      return node.textValue();
    }
    if (node.isBoolean()) {
      return node.booleanValue();
    }
    return node.isNull()
        ? null
        : node.isIntegralNumber() ? (Object) node.longValue() : node.doubleValue();
  }

  private static List<Object> list(JsonNode node) {
    return new ArrayList<>((List<?>) value(node));
  }

  @Test
  @SuppressWarnings("unchecked")
  void everyFilterLeavesWhatTheHarnessDoes() {
    List<String> differences = new ArrayList<>();
    for (JsonNode expected : GOLDEN.path("filters")) {
      FilterStep step =
          new FilterStep(
              expected.path("function").asText(),
              (Map<String, Object>) value(expected.path("arguments")));
      List<String> problems = new ArrayList<>();
      List<Filter> filters =
          Filters.of(new FilterPipeline("f", List.of(step)), TaskFunctions.NONE, problems);
      assertThat(problems).isEmpty();
      List<Map<String, Object>> documents =
          (List<Map<String, Object>>) value(expected.path("docs"));
      List<Object> left = filters.get(0).apply(list(expected.path("resps")), documents);
      List<Object> right = list(expected.path("result"));
      for (int i = 0; i < right.size(); i++) {
        if (!String.valueOf(right.get(i)).equals(String.valueOf(left.get(i)))) {
          differences.add(
              step
                  + " of "
                  + expected.path("resps").get(i)
                  + ": "
                  + left.get(i)
                  + ", not "
                  + right.get(i));
        }
      }
    }
    assertThat(differences).isEmpty();
    assertThat(GOLDEN.path("filters").size()).isGreaterThan(25);
  }

  @Test
  void everyAggregationAndStandardErrorIsTheHarnesssToTheLastDigit() {
    List<String> differences = new ArrayList<>();
    for (JsonNode expected : GOLDEN.path("aggregations")) {
      String name = expected.path("name").asText();
      List<Object> values = list(expected.path("values"));
      Aggregation aggregation = Aggregations.named(name).orElseThrow();
      Object value = aggregation.of(values);
      Double error =
          values.size() > 1
              ? aggregation.standardError(values, expected.path("iterations").asInt())
              : null;
      String given = value + " " + (error == null ? "N/A" : error);
      String right = value(expected.path("value")) + " " + value(expected.path("stderr"));
      if (!given.equals(right)) {
        differences.add(name + " of " + values.size() + ": " + given + ", not " + right);
      }
    }
    assertThat(differences).isEmpty();
    assertThat(GOLDEN.path("aggregations").size()).isGreaterThan(100);
  }

  @Test
  @SuppressWarnings("unchecked")
  void exactMatchCleansAsNumpyDoes() {
    for (JsonNode expected : GOLDEN.path("exact_match")) {
      ExactMatch match = ExactMatch.of((Map<String, Object>) value(expected.path("arguments")));
      assertThat(match.share(list(expected.path("references")), list(expected.path("predictions"))))
          .as(expected.toString())
          .isEqualTo(expected.path("value").doubleValue());
    }
  }

  @Test
  void rougeIsThatOfRougeScore() {
    for (JsonNode expected : GOLDEN.path("rouge")) {
      expected
          .path("scores")
          .properties()
          .forEach(
              score ->
                  assertThat(
                          Rouge.fMeasure(
                              score.getKey(),
                              expected.path("target").asText(),
                              expected.path("prediction").asText()))
                      .as(score.getKey() + " of " + expected)
                      .isEqualTo(score.getValue().doubleValue()));
    }
  }

  @Test
  void thePassRateIsTheShareOfDrawsWithARightAnswer() {
    // Of five answers two are right; of ten pairs three hold none of them.
    assertThat(PassAtK.estimate(5, 2, 2)).isCloseTo(0.7, within(1e-12));
    assertThat(PassAtK.estimate(5, 0, 3)).isZero();
    assertThat(PassAtK.estimate(5, 3, 3)).isEqualTo(1);
  }
}
