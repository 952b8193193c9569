package dev.espalier.pipeline;

import dev.espalier.row.ExternalSorter;
import dev.espalier.row.RowCoders;
import java.io.IOException;
import java.util.Comparator;
import java.util.Iterator;
import java.util.Map;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;

/** Gives rows that are to run the results of steps that earlier runs had for them. */
final class RecallSteps extends PTransform<PCollection<TracedRow>, PCollection<TracedRow>> {
  private final StepMemory memory;
  private final RunOptions options;

  RecallSteps(StepMemory memory, RunOptions options) {
    this.memory = memory;
    this.options = options;
  }

  @Override
  public PCollection<TracedRow> expand(PCollection<TracedRow> rows) {
    return rows.apply("Put in buckets", ParDo.of(new BucketFn(memory)))
        .setCoder(KvCoder.of(VarIntCoder.of(), Coders.TRACED))
        .apply("By bucket", GroupByKey.create())
        .apply("Recall", ParDo.of(new RecallFn(memory, options)))
        .setCoder(Coders.TRACED);
  }

  private static final class BucketFn extends DoFn<TracedRow, KV<Integer, TracedRow>> {
    private final StepMemory memory;

    BucketFn(StepMemory memory) {
      this.memory = memory;
    }

    @ProcessElement
    public void process(@Element TracedRow row, OutputReceiver<KV<Integer, TracedRow>> out) {
      out.output(KV.of(memory.bucketOf(row.row().id()), row));
    }
  }

  private static final class RecallFn extends DoFn<KV<Integer, Iterable<TracedRow>>, TracedRow> {
    private final StepMemory memory;
    private final RunOptions options;

    RecallFn(StepMemory memory, RunOptions options) {
      this.memory = memory;
      this.options = options;
    }

    @ProcessElement
    public void process(
        @Element KV<Integer, Iterable<TracedRow>> bucket, OutputReceiver<TracedRow> out)
        throws IOException {
      try (ExternalSorter<String, TracedRow> sorter =
              new ExternalSorter<>(
                  Comparator.<String>naturalOrder(),
                  RowCoders.TEXT,
                  Coders.TRACED,
                  options.sortBytes());
          StepMemory.Bucket known = memory.open(bucket.getKey())) {
        for (TracedRow row : bucket.getValue()) {
          sorter.add(row.row().id(), row);
        }
        Iterator<Map.Entry<String, TracedRow>> sorted = sorter.sorted();
        while (sorted.hasNext()) {
          TracedRow row = sorted.next().getValue();
          out.output(row.recalling(known.of(row.row().id())));
        }
      }
    }
  }
}
