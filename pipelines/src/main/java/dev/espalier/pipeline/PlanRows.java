package dev.espalier.pipeline;

import dev.espalier.prefix.PrefixPlan;
import dev.espalier.row.AnsweredRow;
import dev.espalier.row.Row;
import dev.espalier.row.RowCoders;
import dev.espalier.row.StepRecord;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;

/**
 * All that comes before the engine: skips what has finished before, traces openings and plans. The
 * input, bounded, needs unique row ids, else the job fails with {@link DuplicateRowException}.
 * {@link RunMetrics} holds the plan's figures afterwards.
 */
public final class PlanRows extends PTransform<PCollection<Row>, PCollectionTuple> {
  /** The one plan. */
  public static final TupleTag<PrefixPlan> PLAN = new TupleTag<>("plan") {};

  static final TupleTag<TracedRow> TRACED = new TupleTag<>("traced") {};
  static final TupleTag<Map<String, Long>> COUNTS = new TupleTag<>("counts") {};
  static final TupleTag<AnsweredRow> SKIPPED = new TupleTag<>("skipped") {};
  static final TupleTag<KV<String, List<StepRecord>>> STEPS = new TupleTag<>("steps") {};

  private final RowRunnerFactory runners;
  private final Optional<EngineFactory> early;
  private final RunOptions options;
  private final transient Optional<PCollection<FinishedRow>> finished;

  /**
   * @param early the engine that the JVM begins to open with the first row that is to run
   */
  PlanRows(
      RowRunnerFactory runners,
      Optional<EngineFactory> early,
      RunOptions options,
      Optional<PCollection<FinishedRow>> finished) {
    this.runners = Objects.requireNonNull(runners, "runners");
    this.early = early;
    this.options = Objects.requireNonNull(options, "options");
    this.finished = finished;
  }

  public static PlanRows with(RowRunnerFactory runners, RunOptions options) {
    return new PlanRows(runners, Optional.empty(), options, Optional.empty());
  }

  /** Rows that {@code value} has an outcome of are not planned; those that changed since are. */
  public PlanRows skipping(PCollection<FinishedRow> value) {
    return new PlanRows(runners, early, options, Optional.of(value));
  }

  @Override
  public PCollectionTuple expand(PCollection<Row> rows) {
    return finished.isPresent() ? afterOthers(rows, finished.get()) : all(rows);
  }

  /** Rows are traced where they are read, and held nowhere. */
  private PCollectionTuple all(PCollection<Row> rows) {
    PCollection<AnsweredRow> none =
        rows.getPipeline().apply("None skipped", Create.empty(RowCoders.ANSWERED));
    PCollection<KV<String, List<StepRecord>>> noSteps =
        rows.getPipeline().apply("No steps", Create.empty(Coders.STEPS));
    PCollection<TracedRow> traced =
        rows.apply("Trace openings", TraceOpenings.asTheyAreRead(runners, early, options));
    return traced
        .apply("Plan prefixes", new PlanNewRows(options))
        .and(TRACED, traced)
        .and(SKIPPED, none)
        .and(STEPS, noSteps);
  }

  private PCollectionTuple afterOthers(PCollection<Row> rows, PCollection<FinishedRow> others) {
    PCollectionTuple divided = rows.apply("Skip finished", new SkipFinished(others, options));
    PCollection<Map<String, Long>> counts = divided.get(SkipFinished.COUNTS);
    PCollection<TracedRow> traced =
        divided
            .get(SkipFinished.REMAINING)
            .apply("Trace openings", TraceOpenings.of(runners, early, options));
    return PCollectionTuple.of(TRACED, traced)
        .and(COUNTS, counts)
        .and(PLAN, traced.apply("Plan prefixes", new PlanPrefixes(options, counts)))
        .and(SKIPPED, divided.get(SkipFinished.SKIPPED))
        .and(STEPS, divided.get(SkipFinished.STEPS));
  }
}
