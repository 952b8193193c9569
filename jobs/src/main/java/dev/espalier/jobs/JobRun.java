package dev.espalier.jobs;

import dev.espalier.io.read.ReadRecords;
import dev.espalier.io.table.Manifest;
import dev.espalier.io.table.OutputRecord;
import dev.espalier.io.table.OutputRecordCoder;
import dev.espalier.io.table.WriteTable;
import dev.espalier.pipeline.Engines;
import dev.espalier.pipeline.Progress;
import dev.espalier.pipeline.RowCoder;
import dev.espalier.pipeline.RunJob;
import dev.espalier.pipeline.RunMetrics;
import dev.espalier.pipeline.RunOptions;
import dev.espalier.prefix.Grouping;
import dev.espalier.program.Row;
import dev.espalier.program.RowOutcome;
import java.io.IOException;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.metrics.MetricNameFilter;
import org.apache.beam.sdk.metrics.MetricResult;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.metrics.MetricsFilter;
import org.apache.beam.sdk.transforms.Count;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.View;
import org.apache.beam.sdk.transforms.join.CoGbkResult;
import org.apache.beam.sdk.transforms.join.CoGroupByKey;
import org.apache.beam.sdk.transforms.join.KeyedPCollectionTuple;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionView;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TypeDescriptor;

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
    return run(
        prepared,
        pipeline ->
            pipeline
                .apply("Read", ReadRecords.of(prepared.input()))
                .apply(
                    "Make rows", MapElements.into(TypeDescriptor.of(Row.class)).via(InputRows::row))
                .setCoder(RowCoder.of()));
  }

  /** Runs the job on these rows of its input. */
  static Ended run(PreparedJob prepared, List<Row> rows) throws IOException {
    return run(
        prepared, pipeline -> pipeline.apply("Rows", Create.of(rows).withCoder(RowCoder.of())));
  }

  private static Ended run(PreparedJob prepared, Function<Pipeline, PCollection<Row>> source)
      throws IOException {
    JobFile job = prepared.file();
    long start = System.nanoTime();
    String name = "espalier-" + prepared.output().fingerprint();
    Pipeline pipeline = Pipeline.create(BeamRunners.options(job.runner(), name));
    PCollection<Row> rows = source.apply(pipeline);
    PCollection<RowOutcome> outcomes =
        rows.apply("Run", RunJob.with(prepared.engines(), prepared.binding(), options(job, name)))
            .get(RunJob.OUTCOMES);
    PCollectionView<Long> expected =
        rows.apply("Count rows", Count.globally()).apply(View.asSingleton());
    records(rows, outcomes, job.output().include())
        .apply("Write", WriteTable.to(prepared.output(), expected));

    RunMetrics metrics;
    SortedMap<String, Long> failures;
    try (ProgressPrinter progress = ProgressPrinter.start(() -> snapshot(name))) {
      PipelineResult result = pipeline.run();
      PipelineResult.State state = result.waitUntilFinish();
      if (state != PipelineResult.State.DONE) {
        throw new IllegalStateException("the runner ended the job as " + state);
      }
      metrics = RunMetrics.of(result);
      failures = failures(result);
    } finally {
      Progress.forget(name);
      Engines.closeAll();
    }
    List<String> discrepancies = metrics.discrepancies();
    if (!discrepancies.isEmpty()) {
      throw new IllegalStateException("rows were lost: " + String.join("; ", discrepancies));
    }
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

  private static PCollection<OutputRecord> records(
      PCollection<Row> rows, PCollection<RowOutcome> outcomes, List<String> include) {
    PCollection<OutputRecord> records =
        outcomes.apply("Make records", ParDo.of(new MakeRecord())).setCoder(OutputRecordCoder.of());
    if (include.isEmpty()) {
      return records;
    }
    TupleTag<Row> rowTag = new TupleTag<>("row") {};
    TupleTag<OutputRecord> recordTag = new TupleTag<>("record") {};
    return KeyedPCollectionTuple.of(
            rowTag,
            rows.apply("Key rows", ParDo.of(new KeyRow()))
                .setCoder(KvCoder.of(StringUtf8Coder.of(), RowCoder.of())))
        .and(
            recordTag,
            records
                .apply("Key records", ParDo.of(new KeyRecord()))
                .setCoder(KvCoder.of(StringUtf8Coder.of(), OutputRecordCoder.of())))
        .apply("Join rows and records", CoGroupByKey.create())
        .apply("Add fields", ParDo.of(new AddFields(rowTag, recordTag, include)))
        .setCoder(OutputRecordCoder.of());
  }

  private static final class MakeRecord extends DoFn<RowOutcome, OutputRecord> {
    @ProcessElement
    public void process(@Element RowOutcome outcome, OutputReceiver<OutputRecord> out) {
      outcome.error().ifPresent(error -> Metrics.counter(FAILURES, error.code()).inc());
      out.output(OutputRows.record(outcome));
    }
  }

  private static final class KeyRow extends DoFn<Row, KV<String, Row>> {
    @ProcessElement
    public void process(@Element Row row, OutputReceiver<KV<String, Row>> out) {
      out.output(KV.of(row.id(), row));
    }
  }

  private static final class KeyRecord extends DoFn<OutputRecord, KV<String, OutputRecord>> {
    @ProcessElement
    public void process(@Element OutputRecord row, OutputReceiver<KV<String, OutputRecord>> out) {
      out.output(KV.of(row.id(), row));
    }
  }

  private static final class AddFields extends DoFn<KV<String, CoGbkResult>, OutputRecord> {
    private final TupleTag<Row> rowTag;
    private final TupleTag<OutputRecord> recordTag;
    private final List<String> fields;

    AddFields(TupleTag<Row> rowTag, TupleTag<OutputRecord> recordTag, List<String> fields) {
      this.rowTag = rowTag;
      this.recordTag = recordTag;
      this.fields = List.copyOf(fields);
    }

    @ProcessElement
    public void process(@Element KV<String, CoGbkResult> joined, OutputReceiver<OutputRecord> out) {
      OutputRecord record = joined.getValue().getOnly(recordTag);
      out.output(OutputRows.withFields(record, joined.getValue().getOnly(rowTag), fields));
    }
  }
}
