package dev.espalier.eval;

import java.util.Objects;
import java.util.OptionalDouble;

/**
 * One number of a task or group.
 *
 * @param filter the filter whose answers it was computed from
 * @param standardError absent where there is none ({@code N/A})
 * @param documents that it was computed over
 */
public record MetricScore(
    String metric,
    String filter,
    double value,
    OptionalDouble standardError,
    boolean higherIsBetter,
    int documents) {
  public MetricScore {
    Objects.requireNonNull(metric, "metric");
    Objects.requireNonNull(filter, "filter");
    Objects.requireNonNull(standardError, "standardError");
  }
}
