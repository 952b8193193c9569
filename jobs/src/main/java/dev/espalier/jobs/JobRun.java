package dev.espalier.jobs;

import dev.espalier.engine.EngineActivity;
import dev.espalier.io.lock.ClusterJob;
import dev.espalier.io.read.FileRows;
import dev.espalier.io.read.ReadInput;
import dev.espalier.io.step.StepCache;
import dev.espalier.io.step.WriteSteps;
import dev.espalier.io.table.TableColumns;
import dev.espalier.io.table.WriteOptions;
import dev.espalier.io.table.WriteTable;
import dev.espalier.jobs.progress.JobProgress;
import dev.espalier.pipeline.AnswerRows;
import dev.espalier.pipeline.EngineFactory;
import dev.espalier.pipeline.EnginePool;
import dev.espalier.pipeline.FinishedRow;
import dev.espalier.pipeline.KeyPartitioner;
import dev.espalier.pipeline.LiveMetrics;
import dev.espalier.pipeline.Progress;
import dev.espalier.pipeline.RunMetrics;
import dev.espalier.pipeline.RunOptions;
import dev.espalier.prefix.Grouping;
import dev.espalier.prefix.PrefixTotals;
import dev.espalier.row.OneView;
import dev.espalier.row.Row;
import dev.espalier.row.RowCoders;
import dev.espalier.row.TotalBundles;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.Count;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.View;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionTuple;

/** The pipeline of a job: read, trace, plan, group, run, write, finish. */
final class JobRun {
  private final PreparedJob prepared;
  private final JournalOfRows journal;
  private final KnownBefore before;
  private final PrintWriter err;

  /**
   * @param journal of the rows that have ended
   * @param before what is known beside that
   * @param err gets what a person should know on the way
   */
  JobRun(PreparedJob prepared, JournalOfRows journal, KnownBefore before, PrintWriter err) {
    this.prepared = prepared;
    this.journal = journal;
    this.before = before;
    this.err = err;
  }

  JournalOfRows journal() {
    return journal;
  }

  /**
   * Runs the job to its end in this process, with progress on a terminal.
   *
   * @throws IllegalStateException if rows were lost on the way
   */
  void run() throws IOException {
    run(this::read);
  }

  /**
   * Where rows come from.
   *
   * @param files what was read, if that was the input
   */
  private record Source(PCollection<Row> rows, Optional<PCollection<FileRows>> files) {}

  /** Runs the job on these rows of its input. */
  void run(List<Row> rows) throws IOException {
    run(
        pipeline ->
            new Source(
                pipeline.apply("Rows", Create.of(rows).withCoder(RowCoders.ROW)),
                Optional.empty()));
  }

  /** Submits the job to a cluster, which does all of it, and does not wait. */
  void submit(FlinkCluster cluster, ClusterJob job) throws IOException {
    PipelineOptions options = BeamRunners.options(prepared.file().runner(), job.name());
    // Code that is unloaded with the job cannot close an engine afterwards.
    RunOptions running = running(progressName()).withEngineIdle(Duration.ZERO);
    Pipeline pipeline = pipeline(options, this::read, running, true);
    cluster.submit(job, pipeline::run);
  }

  /** Shows how far a job on a cluster is, until it is closed. */
  ProgressPrinter progressOn(FlinkProgress cluster) {
    return ProgressPrinter.start(
        cluster::now,
        cluster::announcement,
        LocalProgress.expectedPerRow(prepared),
        JobSurroundings.current());
  }

  private Source read(Pipeline pipeline) {
    if (prepared.rows().suffix().isPresent()) {
      PCollection<Row> some = pipeline.apply("Read rows", prepared.rows().read(prepared.input()));
      return new Source(holding(some), Optional.empty());
    }
    PCollectionTuple read = pipeline.apply("Read rows", ReadInput.of(prepared.input()));
    return new Source(holding(read.get(ReadInput.ROWS)), Optional.of(read.get(ReadInput.FILES)));
  }

  /** By the rows: what a file held comes at its end, and with it the step that would hold. */
  private PCollection<Row> holding(PCollection<Row> rows) {
    return rows.apply("Hold output", ParDo.of(new HoldOutput(prepared.output())))
        .setCoder(RowCoders.ROW);
  }

  private void run(Function<Pipeline, Source> source) throws IOException {
    try {
      attempt(source);
    } catch (RuntimeException | Error e) {
      if (!FailureMessages.isOutOfMemory(e) || !journal.journal().exists()) {
        throw e;
      }
      err.println("memory ran out; rows that had ended are kept, the others are tried once more");
      err.flush();
      attempt(source);
    }
  }

  private String progressName() {
    return "espalier-" + prepared.output().fingerprint();
  }

  private void attempt(Function<Pipeline, Source> source) throws IOException {
    String name = progressName();
    JobSurroundings around = JobSurroundings.current();
    EngineFactory engines = prepared.engines();
    around.begin(engines);
    boolean done = false;
    try {
      if (before.rows().isEmpty() && !journal.journal().exists()) {
        // No row has ended, so that there is work for the engine.
        EnginePool.warmUp(engines, prepared.file().plan().inFlight());
      } else {
        engines.prepare();
      }
      run(name, source, around);
      done = true;
    } finally {
      Progress.forget(name);
      around.end(engines, !done);
    }
  }

  @SuppressWarnings("try") // progress is shown as long as the pipeline runs
  private void run(String name, Function<Pipeline, Source> source, JobSurroundings around)
      throws IOException {
    PipelineOptions options = BeamRunners.options(prepared.file().runner(), prepared.name());
    Pipeline pipeline = pipeline(options, source, around.options(running(name)), false);
    EngineFactory engines = prepared.engines();
    EngineActivity before = EnginePool.activity(engines).orElse(EngineActivity.NONE);
    Supplier<JobProgress> far = () -> LocalProgress.of(name, engines, before);
    try (ProgressPrinter progress =
        ProgressPrinter.start(
            far, () -> plan(name), LocalProgress.expectedPerRow(prepared), around)) {
      StoppableRun run = new StoppableRun(pipeline);
      around.running(far, run::stop);
      PipelineResult.State state = run.toItsEnd();
      if (state != PipelineResult.State.DONE) {
        throw new IllegalStateException(
            "the runner ended the job as " + state.name().toLowerCase(Locale.ROOT));
      }
    }
  }

  private WriteTable writing(Source read) {
    JobFile.Runner runner = prepared.file().runner();
    WriteOptions place =
        runner.master().isPresent()
            ? prepared.output()
            : prepared.output().withSortMemoryBytes(sortBytes(BeamRunners.threads(runner)));
    TableColumns columns = prepared.columns();
    if (read.files().isPresent()) {
      return WriteTable.ofInput(
          place,
          columns,
          read.files().get().apply("View files", View.asIterable()),
          prepared.inputs().files());
    }
    return WriteTable.to(
        place,
        columns,
        read.rows()
            .apply("Count rows", TotalBundles.globally(Count.combineFn()))
            .apply("View count", View.asSingleton()));
  }

  private Pipeline pipeline(
      PipelineOptions options,
      Function<Pipeline, Source> source,
      RunOptions running,
      boolean onCluster)
      throws IOException {
    Pipeline pipeline = Pipeline.create(options);
    Source read = source.apply(pipeline);
    PCollection<Row> rows = read.rows();
    AnswerRows answering =
        AnswerRows.with(prepared.engines(), prepared.binding(), running).journaling(journal);
    if (onCluster || before.rows().isPresent() || journal.journal().exists()) {
      answering = answering.skipping(finished(pipeline, onCluster));
    }
    if (before.steps().isPresent()) {
      answering = answering.remembering(before.steps().get());
    }
    PCollectionTuple answered =
        rows.apply("Answer rows", onCluster ? answering : answering.openingEngineEarly());
    OneView<RunMetrics> metrics = OneView.of("View metrics", answered.get(AnswerRows.METRICS));
    FinishJob finish =
        new FinishJob(
            RunReports.of(prepared), journal, metrics, System.currentTimeMillis(), onCluster);
    if (before.steps().isPresent()) {
      StepCache cache = before.steps().get().cache();
      finish =
          finish.keeping(
              cache,
              answered
                  .get(AnswerRows.STEPS)
                  .apply("Write steps", WriteSteps.to(cache, running.buckets()))
                  .apply("View steps", View.asIterable()));
    }
    WriteTable writing = writing(read);
    PCollectionTuple table =
        answered
            .get(AnswerRows.ANSWERS)
            .apply("Write table", before.snapshot().isPresent() ? writing.comparing() : writing);
    if (before.snapshot().isPresent()) {
      NextSnapshot next = before.snapshot().get();
      finish =
          finish.of(
              next,
              OneView.of(
                  "View changes",
                  table.get(WriteTable.CHANGES).apply("Write changes", next.writingChanges())));
    }
    table.get(WriteTable.MANIFEST).apply("Finish job", finish);
    return pipeline;
  }

  /** Rows that ended before: those in the journal, and those of a table. */
  private PCollection<FinishedRow> finished(Pipeline pipeline, boolean onCluster)
      throws IOException {
    // A cluster repeats steps, which finds what the job itself has written since.
    boolean reads = onCluster || before.rows().isEmpty() || journal.journal().exists();
    if (!reads) {
      return pipeline.apply("Answered rows", before.rows().get());
    }
    PCollection<FinishedRow> journaled = pipeline.apply("Finished rows", journal.finished());
    if (before.rows().isEmpty()) {
      return journaled;
    }
    PCollection<FinishedRow> answered = pipeline.apply("Answered rows", before.rows().get());
    return PCollectionList.of(journaled)
        .and(answered)
        .apply("All finished rows", Flatten.pCollections());
  }

  private RunOptions running(String name) {
    return options(prepared.file(), name);
  }

  /** How the rows of a job are planned and run. */
  static RunOptions options(JobFile job, String name) {
    RunOptions options = RunOptions.of(name, job.seed());
    int workers = job.runner().workers();
    int threads = BeamRunners.threads(job.runner());
    boolean onCluster = job.runner().master().isPresent(); // an engine for each worker
    return options
        // Of rows that meet earlier outcomes, each piece has its own summary of the plan.
        .withBuckets(job.runner().isDirect() ? threads : Math.max(16, 2 * threads))
        .withSortBytes(onCluster ? options.sortBytes() : sortBytes(threads))
        .withPlan(
            options
                .plan()
                .withGrouping(job.plan().grouping() ? Grouping.PREFIX : Grouping.NONE)
                .withSampleTokens(
                    onCluster
                        ? options.plan().sampleTokens()
                        : sampleTokens(threads, options.plan().sampleTokens()))
                .withRanges(
                    onCluster ? workers : 1,
                    workers * Math.max(2, (options.plan().preferredRanges() - 1) / workers + 1)))
        .withInFlight(job.plan().inFlight())
        .withLive(job.runner().isFlink() ? new FlinkLiveMetrics() : LiveMetrics.none())
        .withPartitioner(
            job.runner().isFlink()
                ? new FlinkPartitioner(BeamRunners.parallelism(job.runner()))
                : KeyPartitioner.none());
  }

  /** All threads may sort at once; together they take at most an eighth of the memory. */
  private static long sortBytes(int threads) {
    long share = Runtime.getRuntime().maxMemory() / 8 / threads;
    return Math.max(4L << 20, Math.min(64L << 20, share));
  }

  /**
   * Each thread samples what it reads, and one more joins that: at most an eighth of the memory.
   */
  private static long sampleTokens(int threads, long most) {
    long share = Runtime.getRuntime().maxMemory() / 8 / (threads + 1);
    return Math.max(1, Math.min(most, share / Integer.BYTES));
  }

  private static Optional<String> plan(String name) {
    return Progress.of(name)
        .plan()
        .map(
            plan -> {
              PrefixTotals totals = plan.statistics().totals();
              if (totals.rows() == 0) {
                return "plan: no row is left to run";
              }
              return "plan: %s to run, %s, %s unique, %s can be shared%s; %s, at most %s held at once"
                  .formatted(
                      Figures.count(totals.rows(), "row"),
                      Figures.count(totals.totalTokens(), "opening token"),
                      totals.uniqueTokens(),
                      Figures.percent(totals.achievableHits(), Math.max(1, totals.totalTokens())),
                      plan.statistics().exact() ? "" : " (estimated)",
                      Figures.count(plan.ranges(), "range"),
                      Figures.count(plan.statistics().peakTokens(), "token"));
            });
  }
}
