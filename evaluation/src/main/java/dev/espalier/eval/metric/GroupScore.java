package dev.espalier.eval.metric;

import dev.espalier.eval.MetricScore;
import dev.espalier.eval.TaskGroup;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What came of a group of tasks.
 *
 * @param results as {@link TaskScore} has them; empty if the group aggregates nothing
 * @param documents of all tasks below
 * @param documentsOf each of its metrics, by {@code metric,filter}
 * @param warnings a sentence for each metric that some task below does not have
 */
public record GroupScore(
    TaskGroup group,
    Map<String, Object> results,
    List<MetricScore> scores,
    int documents,
    Map<String, Integer> documentsOf,
    List<String> warnings) {
  public GroupScore {
    results = Collections.unmodifiableMap(new LinkedHashMap<>(results));
    scores = List.copyOf(scores);
    documentsOf = Collections.unmodifiableMap(new LinkedHashMap<>(documentsOf));
    warnings = List.copyOf(warnings);
  }
}
