package dev.espalier.pipeline;

import dev.espalier.prefix.OpeningSummary;
import dev.espalier.prefix.PlanOptions;
import dev.espalier.prefix.PrefixPlan;
import dev.espalier.prefix.PrefixPlanner;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.CoderRegistry;
import org.apache.beam.sdk.transforms.Combine;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.View;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionView;

/**
 * Makes the plan of rows whose ids were compared before, and reports it before any row runs; see
 * {@link PlanNewRows} for those that were not.
 */
final class PlanPrefixes extends PTransform<PCollection<TracedRow>, PCollection<PrefixPlan>> {
  private final RunOptions options;
  private final transient PCollection<?> signal;

  /**
   * @param signal complete when the rows are known to be as they should
   */
  PlanPrefixes(RunOptions options, PCollection<?> signal) {
    this.options = options;
    this.signal = signal;
  }

  @Override
  public PCollection<PrefixPlan> expand(PCollection<TracedRow> rows) {
    PCollectionView<? extends Iterable<?>> complete =
        signal.apply("View signal", View.asIterable());
    return rows.apply("Summarise rows", ParDo.of(new SummariseFn(options.plan())))
        .setCoder(Coders.SUMMARY)
        .apply("Merge", Combine.globally(new MergeFn(options.plan())))
        .setCoder(Coders.PLAN)
        .apply("Report", ParDo.of(new ReportFn(options.job(), complete)).withSideInputs(complete))
        .setCoder(Coders.PLAN);
  }

  static void report(PrefixPlan plan, String job) {
    Progress.of(job).planned(plan);
    RunMetrics.report(RunMetrics.counts(plan));
  }

  /** Makes one summary of all rows of a bundle, so that it is coded once and no row is. */
  private static final class SummariseFn extends DoFn<TracedRow, OpeningSummary> {
    private final PlanOptions options;
    private transient OpeningSummary summary;

    SummariseFn(PlanOptions options) {
      this.options = options;
    }

    @StartBundle
    public void start() {
      summary = new OpeningSummary(options.sampleTokens());
    }

    @ProcessElement
    public void process(@Element TracedRow row) {
      summary.add(row.opening());
    }

    @FinishBundle
    public void finish(FinishBundleContext context) {
      if (summary.rows() > 0) {
        context.output(summary, GlobalWindow.INSTANCE.maxTimestamp(), GlobalWindow.INSTANCE);
      }
      summary = null;
    }
  }

  private static final class MergeFn
      extends Combine.CombineFn<OpeningSummary, OpeningSummary, PrefixPlan> {
    private final PlanOptions options;

    MergeFn(PlanOptions options) {
      this.options = options;
    }

    @Override
    public OpeningSummary createAccumulator() {
      return new OpeningSummary(options.sampleTokens());
    }

    @Override
    public OpeningSummary addInput(OpeningSummary merged, OpeningSummary part) {
      merged.merge(part);
      return merged;
    }

    @Override
    public OpeningSummary mergeAccumulators(Iterable<OpeningSummary> parts) {
      OpeningSummary merged = createAccumulator();
      parts.forEach(merged::merge);
      return merged;
    }

    @Override
    public PrefixPlan extractOutput(OpeningSummary summary) {
      return PrefixPlanner.plan(summary, options);
    }

    @Override
    public Coder<OpeningSummary> getAccumulatorCoder(
        CoderRegistry registry, Coder<OpeningSummary> inputCoder) {
      return Coders.SUMMARY;
    }

    @Override
    public Coder<PrefixPlan> getDefaultOutputCoder(
        CoderRegistry registry, Coder<OpeningSummary> inputCoder) {
      return Coders.PLAN;
    }
  }

  private static final class ReportFn extends DoFn<PrefixPlan, PrefixPlan> {
    private final String job;
    private final PCollectionView<?> complete;

    /**
     * @param complete what the plan waits for
     */
    ReportFn(String job, PCollectionView<?> complete) {
      this.job = job;
      this.complete = complete;
    }

    @ProcessElement
    public void process(ProcessContext context) {
      context.sideInput(complete);
      report(context.element(), job);
      context.output(context.element());
    }
  }
}
