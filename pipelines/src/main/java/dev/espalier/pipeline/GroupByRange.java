package dev.espalier.pipeline;

import dev.espalier.prefix.PrefixPlan;
import dev.espalier.row.OneView;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;

/** Brings the rows of each range of the plan together, in no order. */
final class GroupByRange
    extends PTransform<PCollection<TracedRow>, PCollection<KV<NumberedKey, Iterable<TracedRow>>>> {
  private final transient OneView<PrefixPlan> plan;

  private final KeyPartitioner partitioner;

  GroupByRange(OneView<PrefixPlan> plan, KeyPartitioner partitioner) {
    this.plan = plan;
    this.partitioner = partitioner;
  }

  @Override
  public PCollection<KV<NumberedKey, Iterable<TracedRow>>> expand(PCollection<TracedRow> rows) {
    return rows.apply(
            "Give each its range",
            ParDo.of(new RangeFn(plan, partitioner)).withSideInputs(plan.sideInput()))
        .setCoder(KvCoder.of(NumberedKey.CODER, Coders.TRACED))
        .apply("By range", GroupByKey.create());
  }

  private static final class RangeFn extends DoFn<TracedRow, KV<NumberedKey, TracedRow>> {
    private final OneView<PrefixPlan> plan;
    private final KeyPartitioner partitioner;
    private transient NumberedKeys keys; // of the plan

    RangeFn(OneView<PrefixPlan> plan, KeyPartitioner partitioner) {
      this.plan = plan;
      this.partitioner = partitioner;
    }

    @ProcessElement
    public void process(ProcessContext context) {
      TracedRow row = context.element();
      Counters.ROWS_PLANNED.inc();
      PrefixPlan made = plan.get(context);
      if (keys == null || keys.count() != made.ranges()) {
        keys = new NumberedKeys(made.ranges(), partitioner);
      }
      context.output(KV.of(keys.of(made.rangeOf(row.opening())), row));
    }
  }
}
