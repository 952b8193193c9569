package dev.espalier.jobs;

import dev.espalier.io.table.TableState;
import dev.espalier.pipeline.FinishedRow;
import dev.espalier.pipeline.PlanRows;
import dev.espalier.pipeline.Progress;
import dev.espalier.pipeline.RunMetrics;
import dev.espalier.row.Row;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;

/** The first half of a job's pipeline: read, trace, plan. */
final class JobPlan {
  private JobPlan() {}

  /** Reads and plans the rows that a run of the job would run, and writes nothing. */
  static RunMetrics of(PreparedJob job)
      throws IOException, InterruptedException, ConfigurationException {
    boolean elsewhere = job.file().runner().master().isPresent();
    if (elsewhere) {
      FlinkLibraries.require();
    }
    Optional<FlinkCluster> cluster =
        elsewhere ? FlinkCluster.of(job.file().runner()) : Optional.empty();
    if (cluster.isPresent()) {
      cluster.get().contact();
      cluster
          .get()
          .shortage(job.file().runner().workers())
          .ifPresent(text -> JobSurroundings.current().progress().println("warning: " + text));
    }
    String name = "espalier-plan-" + job.output().fingerprint();
    String shown = "plan of " + job.name();
    PipelineOptions options = BeamRunners.options(job.file().runner(), elsewhere ? shown : name);
    Pipeline pipeline = Pipeline.create(options);
    PCollection<Row> rows = pipeline.apply("Read", job.rows().read(job.input()));
    PlanRows plan = PlanRows.with(job.binding(), JobRun.options(job.file(), name));
    Optional<PCollection<FinishedRow>> finished = finished(job, pipeline);
    if (finished.isPresent()) {
      plan = plan.skipping(finished.get());
    }
    rows.apply("Plan", plan);
    if (cluster.isPresent()) {
      return cluster.get().counts(cluster.get().newJob(shown), pipeline::run);
    }
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

  /** What a run would not run. */
  private static Optional<PCollection<FinishedRow>> finished(PreparedJob job, Pipeline pipeline)
      throws IOException {
    if (!job.makesSnapshots()) {
      JournalOfRows journal = JournalOfRows.of(job);
      return job.state() != TableState.COMPLETE && journal.journal().exists()
          ? Optional.of(pipeline.apply("Finished rows", journal.finished()))
          : Optional.empty();
    }
    SnapshotStart start = new SnapshotStart(job, job.output());
    JournalOfRows journal = start.journal();
    List<PCollection<FinishedRow>> known = new ArrayList<>();
    if (journal.journal().exists()) {
      known.add(pipeline.apply("Finished rows", journal.finished()));
    }
    Optional<SnapshotRows> rows = start.rowsToTakeOver();
    if (rows.isPresent()) {
      known.add(pipeline.apply("Rows before", rows.get()));
    }
    return known.isEmpty()
        ? Optional.empty()
        : Optional.of(PCollectionList.of(known).apply("All known", Flatten.pCollections()));
  }
}
