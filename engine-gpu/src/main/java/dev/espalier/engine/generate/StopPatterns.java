package dev.espalier.engine.generate;

import dev.espalier.engine.EngineException;
import dev.espalier.engine.ErrorCode;
import dev.espalier.engine.constrain.regex.RegexSyntaxException;
import dev.espalier.engine.constrain.regex.StopPattern;
import java.util.LinkedHashMap;
import java.util.Map;

/** Keeps the compiled stop patterns that were used last. Thread-safe. */
final class StopPatterns {
  private static final int KEPT = 256;

  private final Map<String, StopPattern> patterns =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, StopPattern> eldest) {
          return size() > KEPT;
        }
      };

  synchronized StopPattern get(String pattern) {
    return patterns.computeIfAbsent(pattern, StopPatterns::compile);
  }

  private static StopPattern compile(String pattern) {
    try {
      return StopPattern.of(pattern);
    } catch (RegexSyntaxException e) {
      throw new EngineException(
          ErrorCode.INVALID_PARAMETERS,
          "stopRegex '" + pattern + "', position " + e.position() + ": " + e.getMessage(),
          e);
    }
  }
}
