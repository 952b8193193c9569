package dev.espalier.jobs;

import dev.espalier.io.table.TableState;
import dev.espalier.pipeline.PlanRows;
import dev.espalier.pipeline.Progress;
import dev.espalier.pipeline.RunMetrics;
import dev.espalier.row.Row;
import java.io.IOException;
import java.util.Locale;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.values.PCollection;

/** The first half of a job's pipeline: read, trace, plan. */
final class JobPlan {
  private JobPlan() {}

  /** Reads and plans the rows that a run of the job would run, and writes nothing. */
  static RunMetrics of(PreparedJob job) throws IOException {
    String name = "espalier-plan-" + job.output().fingerprint();
    Pipeline pipeline = Pipeline.create(BeamRunners.options(job.file().runner(), name));
    PCollection<Row> rows = pipeline.apply("Read", job.rows().read(job.input()));
    PlanRows plan = PlanRows.with(job.binding(), JobRun.options(job.file(), name));
    JournalOfRows journal = JournalOfRows.of(job);
    if (job.state() != TableState.COMPLETE && journal.journal().exists()) {
      plan = plan.skipping(pipeline.apply("Finished rows", journal.finished()));
    }
    rows.apply("Plan", plan);
    try {
      PipelineResult result = pipeline.run();
      PipelineResult.State state = result.waitUntilFinish();
      if (state != PipelineResult.State.DONE) {
        throw new IllegalStateException(
            "the runner ended the plan as " + state.name().toLowerCase(Locale.ROOT));
      }
      return RunMetrics.of(result);
    } finally {
      Progress.forget(name);
    }
  }
}
