package dev.espalier.jobs;

import dev.espalier.io.read.ReadRecords;
import dev.espalier.io.table.Manifest;
import dev.espalier.io.table.WriteTable;
import dev.espalier.pipeline.AnswerRows;
import dev.espalier.pipeline.EnginePool;
import dev.espalier.pipeline.Progress;
import dev.espalier.pipeline.RunMetrics;
import dev.espalier.pipeline.RunOptions;
import dev.espalier.prefix.Grouping;
import dev.espalier.prefix.PrefixTotals;
import dev.espalier.row.AnsweredRow;
import dev.espalier.row.Row;
import dev.espalier.row.RowCoders;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.metrics.MetricNameFilter;
import org.apache.beam.sdk.metrics.MetricResult;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.metrics.MetricsFilter;
import org.apache.beam.sdk.transforms.Count;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.View;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionView;

/** The pipeline of a job: read, trace, plan, group, run, write. */
final class JobRun {
  /** Namespace of the counters of error rows; their names are the codes. */
  private static final String FAILURES = "espalier.failures";

  private JobRun() {}

  /**
   * What a run left behind.
   *
   * @param failures error rows of the table by code
   */
  record Ended(
      RunMetrics metrics, SortedMap<String, Long> failures, Manifest manifest, double seconds) {}

  /**
   * Runs the job to its end, with progress on a terminal.
   *
   * @throws IllegalStateException if rows were lost on the way
   */
  static Ended run(PreparedJob prepared) throws IOException {
    return run(prepared, pipeline -> pipeline.apply("Read", ReadRecords.of(prepared.input())));
  }

  /** Runs the job on these rows of its input. */
  static Ended run(PreparedJob prepared, List<Row> rows) throws IOException {
    return run(
        prepared, pipeline -> pipeline.apply("Rows", Create.of(rows).withCoder(RowCoders.ROW)));
  }

  private static Ended run(PreparedJob prepared, Function<Pipeline, PCollection<Row>> source)
      throws IOException {
    JobFile job = prepared.file();
    long start = System.nanoTime();
    String name = "espalier-" + prepared.output().fingerprint();
    Pipeline pipeline = Pipeline.create(BeamRunners.options(job.runner(), name));
    PCollection<Row> rows = source.apply(pipeline);
    JournalOfRows journal = JournalOfRows.of(prepared);
    PCollection<AnsweredRow> answers =
        rows.apply(
                "Run",
                AnswerRows.with(prepared.engines(), prepared.binding(), options(job, name))
                    .journaling(journal)
                    .skipping(pipeline.apply("Finished rows", journal.finished())))
            .get(AnswerRows.ANSWERS);
    PCollectionView<Long> expected =
        rows.apply("Count rows", Count.globally()).apply(View.asSingleton());
    answers
        .apply("Keep fields", ParDo.of(new KeepFields(job.output().include())))
        .setCoder(RowCoders.ANSWERED)
        .apply("Write", WriteTable.to(prepared.output(), prepared.columns(), expected));

    RunMetrics metrics;
    SortedMap<String, Long> failures;
    ProgressPrinter progress = ProgressPrinter.start(() -> snapshot(name), () -> plan(name));
    try {
      PipelineResult result = pipeline.run();
      PipelineResult.State state = result.waitUntilFinish();
      if (state != PipelineResult.State.DONE) {
        throw new IllegalStateException("the runner ended the job as " + state);
      }
      metrics = RunMetrics.of(result);
      failures = failures(result);
    } finally {
      progress.close();
      Progress.forget(name);
      EnginePool.closeAll();
    }
    List<String> discrepancies = metrics.discrepancies();
    if (!discrepancies.isEmpty()) {
      throw new IllegalStateException("rows were lost: " + String.join("; ", discrepancies));
    }
    // The table holds all of it now.
    journal.journal().delete();
    Manifest manifest =
        Manifest.read(prepared.output().path(), prepared.output().storage())
            .orElseThrow(() -> new IllegalStateException("the table was not committed"));
    return new Ended(metrics, failures, manifest, (System.nanoTime() - start) / 1e9);
  }

  private static SortedMap<String, Long> failures(PipelineResult result) {
    SortedMap<String, Long> failures = new TreeMap<>();
    MetricsFilter filter =
        MetricsFilter.builder().addNameFilter(MetricNameFilter.inNamespace(FAILURES)).build();
    for (MetricResult<Long> count : result.metrics().queryMetrics(filter).getCounters()) {
      Long committed = count.getCommittedOrNull();
      failures.merge(
          count.getName().getName(),
          committed == null ? count.getAttempted() : committed,
          Long::sum);
    }
    return failures;
  }

  private static RunOptions options(JobFile job, String name) {
    RunOptions options = RunOptions.of(name, job.seed());
    int workers = job.runner().workers();
    return options
        .withPlan(
            options
                .plan()
                .withGrouping(job.plan().grouping() ? Grouping.PREFIX : Grouping.NONE)
                .withRanges(1, Math.max(options.plan().preferredRanges(), 2 * workers)))
        .withInFlight(job.plan().inFlight());
  }

  private static Optional<String> plan(String name) {
    return Progress.of(name)
        .plan()
        .map(
            plan -> {
              PrefixTotals totals = plan.statistics().totals();
              return String.format(
                  Locale.ROOT,
                  "plan: %d rows to run, %d opening tokens, %d unique, %.2f%% can be shared%s;"
                      + " %d ranges, at most %d tokens held at once",
                  totals.rows(),
                  totals.totalTokens(),
                  totals.uniqueTokens(),
                  100.0 * totals.achievableHits() / Math.max(1, totals.totalTokens()),
                  plan.statistics().exact() ? "" : " (estimated)",
                  plan.ranges(),
                  plan.statistics().peakTokens());
            });
  }

  private static ProgressPrinter.Snapshot snapshot(String name) {
    Progress progress = Progress.of(name);
    return new ProgressPrinter.Snapshot(
        progress.plan().map(plan -> plan.statistics().totals().rows()).orElse(0L),
        progress.rowsDone(),
        progress.rowsFailed(),
        progress.promptTokens(),
        progress.cachedTokens(),
        progress.outputTokens());
  }

  private static final class KeepFields extends DoFn<AnsweredRow, AnsweredRow> {
    private final List<String> names;

    KeepFields(List<String> names) {
      this.names = List.copyOf(names);
    }

    @ProcessElement
    public void process(@Element AnsweredRow answered, OutputReceiver<AnsweredRow> out) {
      AnsweredRow kept = new IncludedFields(names).kept(answered);
      kept.outcome().error().ifPresent(e -> Metrics.counter(FAILURES, e.code()).inc());
      out.output(kept);
    }
  }
}
