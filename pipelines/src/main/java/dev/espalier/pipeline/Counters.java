package dev.espalier.pipeline;

import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Distribution;
import org.apache.beam.sdk.metrics.Metrics;

/** The metrics of a run, in the namespace {@code espalier}; {@link RunMetrics} reads them. */
final class Counters {
  static final String NAMESPACE = "espalier";

  static final Counter ROWS_READ = counter("rows_read");
  static final Counter ROWS_SKIPPED = counter("rows_skipped");
  static final Counter ROWS_PLANNED = counter("rows_planned");
  static final Counter ROWS_RUN = counter("rows_run");
  static final Counter ROWS_FAILED = counter("rows_failed");
  static final Counter ROWS_EMITTED = counter("rows_emitted");
  static final Counter JOURNAL_UNUSED = counter("journal_rows_unused");
  static final Counter PROMPT_TOKENS = counter("tokens_in");
  static final Counter CACHED_TOKENS = counter("tokens_cached");
  static final Counter OUTPUT_TOKENS = counter("tokens_out");
  static final Counter OPENING_HITS = counter("opening_hits");
  static final Counter ROWS_TRACED = counter("rows_traced");
  static final Counter ENGINE_BUSY = counter("engine_busy_nanos");
  static final Counter ENGINE_SHORT_OF_PAGES = counter("engine_short_of_pages_nanos");
  static final Counter ENGINE_HOST = counter("engine_host_nanos");
  static final Counter ENGINE_IDLE = counter("engine_idle_nanos");
  static final Counter PREEMPTIONS = counter("engine_preemptions");
  static final Counter FETCH_MILLIS = counter("model_fetch_millis");
  static final Counter ROWS_NEW = counter("rows_new");
  static final Counter ROWS_CHANGED = counter("rows_changed");
  static final Counter ROWS_UNCHANGED = counter("rows_unchanged");
  static final Counter ROWS_DELETED = counter("rows_deleted");
  static final Counter ROWS_RETRIED = counter("rows_retried");
  static final Counter STEPS_RUN = counter("steps_run");
  static final Counter STEPS_KNOWN = counter("steps_known");
  static final Counter SAVED_PROMPT_TOKENS = counter("saved_tokens_in");
  static final Counter SAVED_OUTPUT_TOKENS = counter("saved_tokens_out");
  static final Distribution ROW_OUTPUT_TOKENS = Metrics.distribution(NAMESPACE, "row_tokens_out");

  private Counters() {}

  static Counter counter(String name) {
    return Metrics.counter(NAMESPACE, name);
  }
}
