package dev.espalier.eval;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * One function of a {@link FilterPipeline}.
 *
 * @param function its name, such as {@code regex}
 * @param arguments what the task file gives beside the name
 */
public record FilterStep(String function, Map<String, Object> arguments) {
  public FilterStep {
    Objects.requireNonNull(function, "function");
    arguments = Collections.unmodifiableMap(new LinkedHashMap<>(arguments));
  }
}
