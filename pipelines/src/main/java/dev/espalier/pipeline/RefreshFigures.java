package dev.espalier.pipeline;

import java.io.Serializable;
import java.util.Map;

/**
 * How the rows of a run stand to the table that it brings up to date, and what need not be
 * computed. All 0 of a run that began with nothing.
 *
 * @param newRows rows that the table had not
 * @param changed rows that run because something changed on which their answers depend
 * @param unchanged rows whose answers were taken over
 * @param deleted rows of the table that are gone
 * @param retried rows that run again though nothing has changed, since they had failed
 * @param stepsRun requests to the model that the engine answered
 * @param stepsKnown requests that an earlier run had answered
 * @param savedPromptTokens prompt tokens that were not asked of an engine, of rows that were taken
 *     over and of known steps
 * @param savedOutputTokens tokens that were not generated or scored again
 */
public record RefreshFigures(
    long newRows,
    long changed,
    long unchanged,
    long deleted,
    long retried,
    long stepsRun,
    long stepsKnown,
    long savedPromptTokens,
    long savedOutputTokens)
    implements Serializable {

  /** The same figures of a run that began with no row, whose table was compared at its end. */
  public RefreshFigures ofContent(long added, long other, long gone) {
    return new RefreshFigures(
        added, other, 0, gone, 0, stepsRun, stepsKnown, savedPromptTokens, savedOutputTokens);
  }

  static RefreshFigures of(Map<String, Long> counts) {
    return new RefreshFigures(
        RunMetrics.count(Counters.ROWS_NEW, counts),
        RunMetrics.count(Counters.ROWS_CHANGED, counts),
        RunMetrics.count(Counters.ROWS_UNCHANGED, counts),
        RunMetrics.count(Counters.ROWS_DELETED, counts),
        RunMetrics.count(Counters.ROWS_RETRIED, counts),
        RunMetrics.count(Counters.STEPS_RUN, counts),
        RunMetrics.count(Counters.STEPS_KNOWN, counts),
        RunMetrics.count(Counters.SAVED_PROMPT_TOKENS, counts),
        RunMetrics.count(Counters.SAVED_OUTPUT_TOKENS, counts));
  }

  void addTo(Map<String, Long> counts) {
    RunMetrics.add(Counters.ROWS_NEW, newRows, counts);
    RunMetrics.add(Counters.ROWS_CHANGED, changed, counts);
    RunMetrics.add(Counters.ROWS_UNCHANGED, unchanged, counts);
    RunMetrics.add(Counters.ROWS_DELETED, deleted, counts);
    RunMetrics.add(Counters.ROWS_RETRIED, retried, counts);
    RunMetrics.add(Counters.STEPS_RUN, stepsRun, counts);
    RunMetrics.add(Counters.STEPS_KNOWN, stepsKnown, counts);
    RunMetrics.add(Counters.SAVED_PROMPT_TOKENS, savedPromptTokens, counts);
    RunMetrics.add(Counters.SAVED_OUTPUT_TOKENS, savedOutputTokens, counts);
  }
}
