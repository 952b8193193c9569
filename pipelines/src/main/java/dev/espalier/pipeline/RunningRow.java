package dev.espalier.pipeline;

import dev.espalier.row.RowOutcome;
import java.util.concurrent.CompletableFuture;

/**
 * A row whose program was started.
 *
 * @param outcome completes when the program has ended
 */
record RunningRow(TracedRow traced, RowEngine metered, CompletableFuture<RowOutcome> outcome) {
  String id() {
    return traced.row().id();
  }
}
