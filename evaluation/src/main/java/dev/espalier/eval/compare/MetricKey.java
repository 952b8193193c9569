package dev.espalier.eval.compare;

import dev.espalier.eval.FilterPipeline;
import dev.espalier.eval.MetricScore;
import java.util.Objects;

/** A metric and the filter that its answers went through. */
public record MetricKey(String metric, String filter) {
  public MetricKey {
    Objects.requireNonNull(metric, "metric");
    Objects.requireNonNull(filter, "filter");
  }

  public static MetricKey of(MetricScore score) {
    return new MetricKey(score.metric(), score.filter());
  }

  /** {@code acc}, or {@code exact_match,strict-match} behind a filter. */
  @Override
  public String toString() {
    return filter.equals(FilterPipeline.NONE.name()) ? metric : metric + "," + filter;
  }
}
