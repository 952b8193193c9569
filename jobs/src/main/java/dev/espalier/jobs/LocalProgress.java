package dev.espalier.jobs;

import dev.espalier.engine.EngineActivity;
import dev.espalier.jobs.progress.JobProgress;
import dev.espalier.pipeline.EngineFactory;
import dev.espalier.pipeline.EnginePool;
import dev.espalier.pipeline.Progress;
import dev.espalier.prefix.PlanOptions;
import dev.espalier.prefix.PrefixPlan;
import dev.espalier.prefix.PrefixTotals;
import java.util.Optional;

/** Where a job stands that runs in this process. */
final class LocalProgress {
  private LocalProgress() {}

  /**
   * @param job its name in the pipeline
   * @param before what its engine had done when the job began
   */
  static JobProgress of(String job, EngineFactory engines, EngineActivity before) {
    Progress progress = Progress.of(job);
    Optional<PrefixPlan> plan = progress.plan();
    Optional<EngineActivity> open = EnginePool.activity(engines);
    EngineActivity engine = open.map(now -> now.since(before)).orElse(EngineActivity.NONE);
    PrefixTotals planned = plan.map(made -> made.statistics().totals()).orElse(PrefixTotals.NONE);
    return new JobProgress(
        JobProgress.phase(
            progress.rowsTraced(),
            plan.isPresent(),
            planned.rows(),
            progress.rowsDone(),
            open.isPresent()),
        progress.rowsRead(),
        progress.rowsTraced(),
        progress.rowsSkipped(),
        planned.rows(),
        progress.rowsDone(),
        progress.rowsFailed(),
        planned.totalTokens() - planned.achievableHits(),
        engine.promptTokens(),
        engine.cachedTokens(),
        engine.generatedTokens(),
        engine.running(),
        progress.promptTokens() - progress.cachedTokens(),
        progress.outputTokens(),
        0,
        "");
  }

  /** Tokens that a row of a job is expected to generate, before any has ended. */
  static double expectedPerRow(PreparedJob job) {
    return job.work().mostGeneratedTokens().orElse(PlanOptions.defaults().outputTokens());
  }
}
