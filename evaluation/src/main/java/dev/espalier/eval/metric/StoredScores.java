package dev.espalier.eval.metric;

import dev.espalier.eval.MetricScore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds out how a stored score came of the values of its documents. */
public final class StoredScores {
  /** Sums in another order may differ by as much. */
  private static final double TOLERANCE = 1e-9;

  private StoredScores() {}

  /**
   * The aggregation that gives the score: the mean, else the metric's own, else another known one.
   *
   * @param values of all documents that the score was computed over, in their order
   * @return empty if none does
   */
  public static Optional<Aggregation> aggregation(MetricScore score, List<Object> values) {
    return values.isEmpty()
        ? Optional.empty()
        : candidates(score.metric()).stream()
            .filter(aggregation -> gives(aggregation, values, score.value()))
            .findFirst();
  }

  private static List<Aggregation> candidates(String metric) {
    List<Aggregation> candidates = new ArrayList<>();
    candidates.add(Aggregations.MEAN);
    HarnessMetric known = HarnessMetric.named(metric);
    if (known != null) {
      Aggregations.named(known.aggregation()).ifPresent(candidates::add);
    }
    if (metric.equals("ece")) {
      candidates.add(OwnMetrics.named(metric, Map.of()).aggregation());
    }
    candidates.addAll(Aggregations.all());
    return candidates;
  }

  private static boolean gives(Aggregation aggregation, List<Object> values, double score) {
    try {
      double found = aggregation.of(values).doubleValue();
      return Double.compare(found, score) == 0
          || Math.abs(found - score) <= TOLERANCE * Math.max(1, Math.abs(score));
    } catch (ScoringException | ClassCastException e) {
      return false; // the values are of another kind
    }
  }
}
