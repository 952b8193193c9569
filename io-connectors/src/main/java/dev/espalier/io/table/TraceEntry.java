package dev.espalier.io.table;

import java.util.Objects;

/**
 * What one step did to make a row.
 *
 * @param logprob natural logarithm; may be NaN where there is none
 */
public record TraceEntry(
    String step,
    String kind,
    int promptTokens,
    int cachedTokens,
    int outputTokens,
    String finishReason,
    double logprob,
    String text) {
  public TraceEntry {
    Objects.requireNonNull(step, "step");
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(finishReason, "finishReason");
    Objects.requireNonNull(text, "text");
  }
}
