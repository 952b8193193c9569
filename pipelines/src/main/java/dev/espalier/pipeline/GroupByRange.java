package dev.espalier.pipeline;

import dev.espalier.prefix.PrefixPlan;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionView;

/** Brings the rows of each range of the plan together, in no order. */
final class GroupByRange
    extends PTransform<PCollection<TracedRow>, PCollection<KV<Integer, Iterable<TracedRow>>>> {
  private final transient PCollectionView<PrefixPlan> plan;

  GroupByRange(PCollectionView<PrefixPlan> plan) {
    this.plan = plan;
  }

  @Override
  public PCollection<KV<Integer, Iterable<TracedRow>>> expand(PCollection<TracedRow> rows) {
    return rows.apply("Give each its range", ParDo.of(new RangeFn(plan)).withSideInputs(plan))
        .setCoder(KvCoder.of(VarIntCoder.of(), Coders.TRACED))
        .apply("By range", GroupByKey.create());
  }

  private static final class RangeFn extends DoFn<TracedRow, KV<Integer, TracedRow>> {
    private final PCollectionView<PrefixPlan> plan;

    RangeFn(PCollectionView<PrefixPlan> plan) {
      this.plan = plan;
    }

    @ProcessElement
    public void process(ProcessContext context) {
      TracedRow row = context.element();
      Counters.ROWS_PLANNED.inc();
      context.output(KV.of(context.sideInput(plan).rangeOf(row.opening()), row));
    }
  }
}
