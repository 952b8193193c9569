package dev.espalier.pipeline;

import dev.espalier.prefix.OpeningSummary;
import java.util.Objects;
import java.util.Optional;

/** What a plan of rows that are all new is made of: the id of each, and summaries of them. */
record PlanPart(Optional<String> id, Optional<OpeningSummary> summary) {
  PlanPart {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(summary, "summary");
  }

  static PlanPart of(String id) {
    return new PlanPart(Optional.of(id), Optional.empty());
  }

  static PlanPart of(OpeningSummary summary) {
    return new PlanPart(Optional.empty(), Optional.of(summary));
  }
}
