package dev.espalier.pipeline;

import dev.espalier.prefix.PrefixPlan;
import dev.espalier.prefix.PrefixTotals;
import dev.espalier.prefix.WalkedRange;
import dev.espalier.row.AnsweredRow;
import dev.espalier.row.OneView;
import dev.espalier.row.Row;
import dev.espalier.row.RowCoders;
import dev.espalier.row.RowOutcome;
import dev.espalier.row.StepRecord;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.beam.sdk.transforms.Combine;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;

/**
 * Answers every row once: skips what has finished before, traces openings, plans, groups by range
 * and runs the programs. The input, bounded, needs unique row ids, else the job fails with {@link
 * DuplicateRowException} before anything runs. After the run, {@link RunMetrics#discrepancies()}
 * says whether rows were lost.
 */
public final class AnswerRows extends PTransform<PCollection<Row>, PCollectionTuple> {
  /** Each row with its outcome, in no order. */
  public static final TupleTag<AnsweredRow> ANSWERS = new TupleTag<>("answers") {};

  /** What each row that ran was answered by the model, if {@link #remembering}. */
  public static final TupleTag<KV<String, List<StepRecord>>> STEPS = new TupleTag<>("steps") {};

  /** The one plan. */
  public static final TupleTag<PrefixPlan> PLAN = new TupleTag<>("plan") {};

  /** The exact totals of the rows that ran; empty if none ran or they were not grouped. */
  public static final TupleTag<PrefixTotals> TOTALS = new TupleTag<>("totals") {};

  /** What the run has counted, once every row has ended: one element. */
  public static final TupleTag<RunMetrics> METRICS = new TupleTag<>("metrics") {};

  private final EngineFactory engines;
  private final RowRunnerFactory runners;
  private final RunOptions options;
  private final RowJournal journal;
  private final boolean early;
  private final Optional<StepMemory> memory;
  private final transient Optional<PCollection<FinishedRow>> finished;

  private AnswerRows(
      EngineFactory engines,
      RowRunnerFactory runners,
      RunOptions options,
      RowJournal journal,
      boolean early,
      Optional<StepMemory> memory,
      Optional<PCollection<FinishedRow>> finished) {
    this.engines = Objects.requireNonNull(engines, "engines");
    this.runners = Objects.requireNonNull(runners, "runners");
    this.options = Objects.requireNonNull(options, "options");
    this.journal = Objects.requireNonNull(journal, "journal");
    this.early = early;
    this.memory = memory;
    this.finished = finished;
  }

  public static AnswerRows with(
      EngineFactory engines, RowRunnerFactory runners, RunOptions options) {
    return new AnswerRows(
        engines, runners, options, RowJournal.none(), false, Optional.empty(), Optional.empty());
  }

  /** Every outcome is in {@code value} before it is handed on. */
  public AnswerRows journaling(RowJournal value) {
    return new AnswerRows(engines, runners, options, value, early, memory, finished);
  }

  /** Rows that {@code value} has an outcome of do not run; those that changed since do. */
  public AnswerRows skipping(PCollection<FinishedRow> value) {
    return new AnswerRows(engines, runners, options, journal, early, memory, Optional.of(value));
  }

  /**
   * Steps that {@code value} has a result of do not run, and {@link #STEPS} tells what it does not
   * have.
   */
  public AnswerRows remembering(StepMemory value) {
    return new AnswerRows(engines, runners, options, journal, early, Optional.of(value), finished);
  }

  /**
   * Begins to open the engine with the first row that is to run, in the JVM that reads it, so that
   * it opens while others are read and planned. For runners that run in one process, which closes
   * its engines at its end ({@link EnginePool#closeAll}).
   */
  public AnswerRows openingEngineEarly() {
    return new AnswerRows(engines, runners, options, journal, true, memory, finished);
  }

  /**
   * The outcomes alone.
   *
   * @param answers those of {@link #ANSWERS}
   */
  public static PCollection<RowOutcome> outcomes(PCollection<AnsweredRow> answers) {
    return answers.apply("Keep outcomes", ParDo.of(new OutcomeFn())).setCoder(RowCoders.OUTCOME);
  }

  @Override
  public PCollectionTuple expand(PCollection<Row> rows) {
    Optional<EngineFactory> opening = early ? Optional.of(engines) : Optional.empty();
    PCollectionTuple planned =
        rows.apply("Plan", new PlanRows(runners, opening, options, finished));
    PCollection<PrefixPlan> plan = planned.get(PlanRows.PLAN);
    OneView<PrefixPlan> planView = OneView.of("View plan", plan);
    PCollection<TracedRow> traced = planned.get(PlanRows.TRACED);
    PCollectionTuple ran =
        memory
            .filter(kept -> kept.buckets() > 0)
            .map(kept -> traced.apply("Recall steps", new RecallSteps(kept, options)))
            .orElse(traced)
            .apply("Group by range", new GroupByRange(planView, options.partitioner()))
            .apply(
                "Run programs",
                new RunPrograms(
                    engines,
                    runners,
                    journal,
                    options,
                    memory.map(StepMemory::identity).orElse("")));
    PCollection<KV<String, List<StepRecord>>> steps =
        PCollectionList.of(ran.get(RunPrograms.STEPS))
            .and(planned.get(PlanRows.STEPS))
            .apply("All steps", Flatten.pCollections());
    PCollection<WalkedRange> ranges = ran.get(RunPrograms.RANGES);
    PCollection<AnsweredRow> answers =
        PCollectionList.of(ran.get(RunPrograms.ANSWERS))
            .and(planned.get(PlanRows.SKIPPED))
            .apply("All answers", Flatten.pCollections());
    PCollection<PrefixTotals> totals = ranges.apply("Total ranges", new TotalRanges());
    PCollection<RunMetrics> metrics =
        PCollectionList.of(planned.get(PlanRows.COUNTS))
            .and(plan.apply("Count plan", ParDo.of(new PlanCountsFn())).setCoder(Coders.COUNTS))
            .and(ran.get(RunPrograms.COUNTS))
            .and(totals.apply("Count walk", ParDo.of(new WalkCountsFn())).setCoder(Coders.COUNTS))
            .apply("All counts", Flatten.pCollections())
            .apply("Total counts", Combine.globally(AnswerRows::sum))
            .setCoder(Coders.COUNTS)
            .apply("Read counts", ParDo.of(new MetricsFn()))
            .setCoder(Coders.METRICS);
    return PCollectionTuple.of(ANSWERS, answers)
        .and(STEPS, steps)
        .and(PLAN, plan)
        .and(TOTALS, totals)
        .and(METRICS, metrics);
  }

  private static final class PlanCountsFn extends DoFn<PrefixPlan, Map<String, Long>> {
    @ProcessElement
    public void process(@Element PrefixPlan plan, OutputReceiver<Map<String, Long>> out) {
      out.output(RunMetrics.counts(plan));
    }
  }

  private static final class WalkCountsFn extends DoFn<PrefixTotals, Map<String, Long>> {
    @ProcessElement
    public void process(@Element PrefixTotals totals, OutputReceiver<Map<String, Long>> out) {
      out.output(RunMetrics.counts("walked_", totals));
    }
  }

  /** Since the numbers pass through the dataflow, work that is attempted twice counts once. */
  private static Map<String, Long> sum(Iterable<Map<String, Long>> parts) {
    Map<String, Long> sum = new TreeMap<>();
    parts.forEach(part -> part.forEach((name, number) -> sum.merge(name, number, Long::sum)));
    return sum;
  }

  private static final class MetricsFn extends DoFn<Map<String, Long>, RunMetrics> {
    @ProcessElement
    public void process(@Element Map<String, Long> counts, OutputReceiver<RunMetrics> out) {
      out.output(RunMetrics.of(counts));
    }
  }

  private static final class OutcomeFn extends DoFn<AnsweredRow, RowOutcome> {
    @ProcessElement
    public void process(@Element AnsweredRow answered, OutputReceiver<RowOutcome> out) {
      out.output(answered.outcome());
    }
  }
}
