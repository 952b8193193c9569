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
import org.apache.beam.sdk.values.PCollection;

/** Makes the one plan of a dataset, and reports it before any row runs. */
final class PlanPrefixes extends PTransform<PCollection<TracedRow>, PCollection<PrefixPlan>> {
  private final RunOptions options;

  PlanPrefixes(RunOptions options) {
    this.options = options;
  }

  @Override
  public PCollection<PrefixPlan> expand(PCollection<TracedRow> rows) {
    return rows.apply("Summarise", Combine.globally(new SummariseFn(options.plan())))
        .setCoder(Coders.PLAN)
        .apply("Report", ParDo.of(new ReportFn(options.job())))
        .setCoder(Coders.PLAN);
  }

  private static final class SummariseFn
      extends Combine.CombineFn<TracedRow, OpeningSummary, PrefixPlan> {
    private final PlanOptions options;

    SummariseFn(PlanOptions options) {
      this.options = options;
    }

    @Override
    public OpeningSummary createAccumulator() {
      return new OpeningSummary(options.sampleTokens());
    }

    @Override
    public OpeningSummary addInput(OpeningSummary summary, TracedRow row) {
      summary.add(row.opening());
      return summary;
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
        CoderRegistry registry, Coder<TracedRow> inputCoder) {
      return Coders.SUMMARY;
    }

    @Override
    public Coder<PrefixPlan> getDefaultOutputCoder(
        CoderRegistry registry, Coder<TracedRow> inputCoder) {
      return Coders.PLAN;
    }
  }

  private static final class ReportFn extends DoFn<PrefixPlan, PrefixPlan> {
    private final String job;

    ReportFn(String job) {
      this.job = job;
    }

    @ProcessElement
    public void process(@Element PrefixPlan plan, OutputReceiver<PrefixPlan> out) {
      Progress.of(job).planned(plan);
      RunMetrics.report(RunMetrics.counts(plan));
      out.output(plan);
    }
  }
}
