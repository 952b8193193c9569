package dev.espalier.eval;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * An entry of a task's {@code metric_list}.
 *
 * @param metric its name, or that of a function ({@code !function}) as the file spells it
 * @param aggregation absent if the file does not say: the metric's own
 * @param higherIsBetter absent likewise
 * @param arguments what else the entry has: {@code ignore_case} and the like
 */
public record MetricSpec(
    String metric,
    Optional<String> aggregation,
    Optional<Boolean> higherIsBetter,
    Map<String, Object> arguments) {
  public MetricSpec {
    Objects.requireNonNull(metric, "metric");
    Objects.requireNonNull(aggregation, "aggregation");
    Objects.requireNonNull(higherIsBetter, "higherIsBetter");
    arguments = Collections.unmodifiableMap(new LinkedHashMap<>(arguments));
  }
}
