package dev.espalier.pipeline;

import dev.espalier.row.ExternalSorter;
import dev.espalier.row.RowCoders;
import java.io.IOException;
import java.util.Comparator;
import java.util.Iterator;
import java.util.Map;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;

/**
 * Gives rows that are to run the results of steps that earlier runs had for them. The pieces of the
 * memory are many; rows meet them in a few bundles, piece by piece, since each bundle costs the
 * direct runner milliseconds in each transform behind it.
 */
final class RecallSteps extends PTransform<PCollection<TracedRow>, PCollection<TracedRow>> {
  private final StepMemory memory;
  private final RunOptions options;

  RecallSteps(StepMemory memory, RunOptions options) {
    this.memory = memory;
    this.options = options;
  }

  @Override
  public PCollection<TracedRow> expand(PCollection<TracedRow> rows) {
    return rows.apply("Put in bundles", ParDo.of(new BundleFn(memory, options)))
        .setCoder(KvCoder.of(NumberedKey.CODER, Coders.TRACED))
        .apply("By bundle", GroupByKey.create())
        .apply("Recall", ParDo.of(new RecallFn(memory, options)))
        .setCoder(Coders.TRACED);
  }

  private static final class BundleFn extends DoFn<TracedRow, KV<NumberedKey, TracedRow>> {
    private final StepMemory memory;
    private final RunOptions options;
    private transient NumberedKeys keys;

    BundleFn(StepMemory memory, RunOptions options) {
      this.memory = memory;
      this.options = options;
    }

    @StartBundle
    public void start() {
      keys = options.bucketKeys();
    }

    @ProcessElement
    public void process(@Element TracedRow row, OutputReceiver<KV<NumberedKey, TracedRow>> out) {
      out.output(KV.of(keys.of(memory.bucketOf(row.row().id()) % options.buckets()), row));
    }
  }

  private static final class RecallFn
      extends DoFn<KV<NumberedKey, Iterable<TracedRow>>, TracedRow> {
    private final StepMemory memory;
    private final RunOptions options;

    RecallFn(StepMemory memory, RunOptions options) {
      this.memory = memory;
      this.options = options;
    }

    @ProcessElement
    public void process(
        @Element KV<NumberedKey, Iterable<TracedRow>> bundle, OutputReceiver<TracedRow> out)
        throws IOException {
      try (ExternalSorter<String, TracedRow> sorter =
          new ExternalSorter<>(
              Comparator.comparingInt(memory::bucketOf).thenComparing(Comparator.naturalOrder()),
              RowCoders.TEXT,
              Coders.TRACED,
              options.sortBytes())) {
        for (TracedRow row : bundle.getValue()) {
          sorter.add(row.row().id(), row);
        }
        recall(sorter.sorted(), out);
      }
    }

    /**
     * @param rows by bucket, and in it by id
     */
    private void recall(Iterator<Map.Entry<String, TracedRow>> rows, OutputReceiver<TracedRow> out)
        throws IOException {
      StepMemory.Bucket known = null;
      int open = -1;
      try {
        while (rows.hasNext()) {
          TracedRow row = rows.next().getValue();
          int bucket = memory.bucketOf(row.row().id());
          if (bucket != open) {
            if (known != null) {
              known.close();
            }
            known = memory.open(bucket);
            open = bucket;
          }
          out.output(row.recalling(known.of(row.row().id())));
        }
      } finally {
        if (known != null) {
          known.close();
        }
      }
    }
  }
}
