package dev.espalier.eval.metric;

import dev.espalier.eval.MetricScore;
import dev.espalier.eval.Sample;
import dev.espalier.eval.TaskScoring;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What came of a task.
 *
 * @param samples by filter, and for each filter in the order of documents
 * @param results by {@code metric,filter} and {@code metric_stderr,filter} as results of the
 *     harness list them: a {@code Double} or {@code Long}, or {@code "N/A"} for no standard error
 * @param documents that were scored
 * @param higherIsBetter by metric; null if nobody says
 */
public record TaskScore(
    TaskScoring task,
    List<Sample> samples,
    Map<String, Object> results,
    List<MetricScore> scores,
    int documents,
    Map<String, Boolean> higherIsBetter) {
  public TaskScore {
    samples = List.copyOf(samples);
    results = Collections.unmodifiableMap(new LinkedHashMap<>(results));
    scores = List.copyOf(scores);
    higherIsBetter = Collections.unmodifiableMap(new LinkedHashMap<>(higherIsBetter));
  }

  /** The hash of all samples' hashes: what results call {@code task_hashes}. */
  public String hash() {
    StringBuilder hashes = new StringBuilder();
    for (Sample sample : samples) {
      hashes.append(sample.documentHash()).append(sample.promptHash()).append(sample.targetHash());
    }
    return SampleHashes.sha256(hashes.toString());
  }
}
