package dev.espalier.jobs.schedule.log;

/**
 * Sums over all runs of a job that ended, those that are not remembered any more too.
 *
 * @param succeeded runs
 * @param failed runs
 * @param retried attempts that were followed by another
 * @param missed fires that nobody was there for, and that did not run
 * @param passed fires that did not run because the job was paused or had not ended
 * @param seconds that runs took, from their last start on
 */
public record JobTotals(
    long succeeded,
    long failed,
    long retried,
    long missed,
    long passed,
    double seconds,
    long promptTokens,
    long cachedTokens,
    long generatedTokens,
    long savedTokens,
    long rows) {
  public static final JobTotals NONE = new JobTotals(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

  private static long of(Long figure) {
    return figure == null ? 0 : figure;
  }

  /** With a run that has ended. */
  public JobTotals with(RunRecord run) {
    RunFigures told = run.figures() == null ? RunFigures.NONE : run.figures();
    return new JobTotals(
        succeeded + (run.succeeded() ? 1 : 0),
        failed + (run.succeeded() ? 0 : 1),
        retried,
        missed,
        passed,
        seconds + (run.started() == 0 ? 0 : Math.max(0, run.ended() - run.started()) / 1e3),
        promptTokens + of(told.promptTokens()),
        cachedTokens + of(told.cachedTokens()),
        generatedTokens + of(told.generatedTokens()),
        savedTokens + of(told.savedTokens()),
        rows + of(told.computed()));
  }

  public JobTotals retriedOnce() {
    return new JobTotals(
        succeeded,
        failed,
        retried + 1,
        missed,
        passed,
        seconds,
        promptTokens,
        cachedTokens,
        generatedTokens,
        savedTokens,
        rows);
  }

  /** With fires that did not run. */
  public JobTotals without(long missedFires, long passedFires) {
    return new JobTotals(
        succeeded,
        failed,
        retried,
        missed + missedFires,
        passed + passedFires,
        seconds,
        promptTokens,
        cachedTokens,
        generatedTokens,
        savedTokens,
        rows);
  }
}
