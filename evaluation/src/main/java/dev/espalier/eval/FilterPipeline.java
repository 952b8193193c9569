package dev.espalier.eval;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * How answers are cut to what is compared.
 *
 * @param name stands behind the metric's in results: {@code exact_match,strict-match}
 */
public record FilterPipeline(String name, List<FilterStep> steps) {
  /** What a task without a filter list has: the first answer. */
  public static final FilterPipeline NONE =
      new FilterPipeline("none", List.of(new FilterStep("take_first", Map.of())));

  public FilterPipeline {
    Objects.requireNonNull(name, "name");
    steps = List.copyOf(steps);
  }
}
