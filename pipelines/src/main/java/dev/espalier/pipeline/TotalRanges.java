package dev.espalier.pipeline;

import dev.espalier.prefix.PrefixTotals;
import dev.espalier.prefix.WalkedRange;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;

/** Joins what the ranges counted while they ran to the exact totals; nothing without ranges. */
final class TotalRanges extends PTransform<PCollection<WalkedRange>, PCollection<PrefixTotals>> {
  @Override
  public PCollection<PrefixTotals> expand(PCollection<WalkedRange> ranges) {
    return ranges
        .apply("Key all alike", ParDo.of(new KeyFn()))
        .setCoder(KvCoder.of(VarIntCoder.of(), Coders.RANGE))
        .apply("Bring together", GroupByKey.create())
        .apply("Join", ParDo.of(new JoinFn()))
        .setCoder(Coders.TOTALS);
  }

  private static final class KeyFn extends DoFn<WalkedRange, KV<Integer, WalkedRange>> {
    @ProcessElement
    public void process(@Element WalkedRange range, OutputReceiver<KV<Integer, WalkedRange>> out) {
      out.output(KV.of(0, range));
    }
  }

  private static final class JoinFn extends DoFn<KV<Integer, Iterable<WalkedRange>>, PrefixTotals> {
    @ProcessElement
    public void process(
        @Element KV<Integer, Iterable<WalkedRange>> ranges, OutputReceiver<PrefixTotals> out) {
      List<WalkedRange> all = new ArrayList<>();
      ranges.getValue().forEach(all::add);
      PrefixTotals totals = WalkedRange.join(all);
      RunMetrics.report(RunMetrics.counts("walked_", totals));
      out.output(totals);
    }
  }
}
