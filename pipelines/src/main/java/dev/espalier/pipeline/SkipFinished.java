package dev.espalier.pipeline;

import dev.espalier.row.AnsweredRow;
import dev.espalier.row.Blocks;
import dev.espalier.row.ExternalSorter;
import dev.espalier.row.Row;
import dev.espalier.row.RowCoders;
import dev.espalier.row.StepRecord;
import dev.espalier.row.StepTrace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.ListCoder;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;

/**
 * Divides rows into those that have an outcome from before, under {@link #SKIPPED}, and those that
 * are to run, under {@link #REMAINING}. A finished row of another content counts as none; so do two
 * that disagree. Fails with {@link DuplicateRowException} if two rows have one id, before anything
 * runs.
 *
 * <p>Rows meet in buckets by a hash of their id, sorted by id inside: a key for each row would be a
 * bundle for each row on the direct runner. They come there in lists, encoded.
 */
final class SkipFinished extends PTransform<PCollection<Row>, PCollectionTuple> {
  static final TupleTag<Row> REMAINING = new TupleTag<>("remaining") {};
  static final TupleTag<AnsweredRow> SKIPPED = new TupleTag<>("skipped") {};

  /** Steps of rows that an earlier attempt ran, by the rows. */
  static final TupleTag<KV<String, List<StepRecord>>> STEPS = new TupleTag<>("steps") {};

  static final TupleTag<Map<String, Long>> COUNTS = new TupleTag<>("counts") {};

  private final transient PCollection<FinishedRow> finished;
  private final RunOptions options;

  SkipFinished(PCollection<FinishedRow> finished, RunOptions options) {
    this.finished = finished;
    this.options = options;
  }

  @Override
  public PCollectionTuple expand(PCollection<Row> rows) {
    KvCoder<NumberedKey, List<byte[]>> coder =
        KvCoder.of(NumberedKey.CODER, ListCoder.of(ByteArrayCoder.of()));
    PCollection<KV<NumberedKey, List<byte[]>>> known =
        rows.apply("Put rows in buckets", ParDo.of(new RowFn(options))).setCoder(coder);
    PCollection<KV<NumberedKey, List<byte[]>>> before =
        finished
            .apply("Put finished in buckets", ParDo.of(new FinishedFn(options)))
            .setCoder(coder);
    PCollectionTuple divided =
        PCollectionList.of(known)
            .and(before)
            .apply("Bring together", Flatten.pCollections())
            .apply("By bucket", GroupByKey.create())
            .apply(
                "Divide",
                ParDo.of(new DivideFn(options))
                    .withOutputTags(REMAINING, TupleTagList.of(SKIPPED).and(STEPS).and(COUNTS)));
    divided.get(REMAINING).setCoder(RowCoders.ROW);
    divided.get(SKIPPED).setCoder(RowCoders.ANSWERED);
    divided.get(STEPS).setCoder(Coders.STEPS);
    divided.get(COUNTS).setCoder(Coders.COUNTS);
    return divided;
  }

  /** Puts what is known of rows in their buckets, encoded. */
  private abstract static class BucketFn<T> extends DoFn<T, KV<NumberedKey, List<byte[]>>> {
    private final RunOptions options;
    private transient NumberedKeys keys;
    private transient Blocks<NumberedKey, byte[]> blocks;

    BucketFn(RunOptions options) {
      this.options = options;
    }

    @StartBundle
    public void start() {
      keys = options.bucketKeys();
      blocks = new Blocks<>();
    }

    void add(KnownRow known, OutputReceiver<KV<NumberedKey, List<byte[]>>> out) throws IOException {
      byte[] record = Coders.KNOWN.toBytes(known);
      blocks.add(
          keys.of(options.bucketOf(known.id())),
          record,
          record.length,
          (bucket, records) -> out.output(KV.of(bucket, records)));
    }

    @FinishBundle
    public void finish(FinishBundleContext context) {
      blocks.handOn(
          (bucket, records) ->
              context.output(
                  KV.of(bucket, records),
                  BoundedWindow.TIMESTAMP_MIN_VALUE,
                  GlobalWindow.INSTANCE));
    }
  }

  private static final class RowFn extends BucketFn<Row> {
    private final String job;

    RowFn(RunOptions options) {
      super(options);
      this.job = options.job();
    }

    @ProcessElement
    public void process(@Element Row row, OutputReceiver<KV<NumberedKey, List<byte[]>>> out)
        throws IOException {
      Counters.ROWS_READ.inc();
      Progress.of(job).rowRead();
      add(KnownRow.of(row), out);
    }
  }

  private static final class FinishedFn extends BucketFn<FinishedRow> {
    FinishedFn(RunOptions options) {
      super(options);
    }

    @ProcessElement
    public void process(
        @Element FinishedRow finished, OutputReceiver<KV<NumberedKey, List<byte[]>>> out)
        throws IOException {
      add(KnownRow.of(finished), out);
    }
  }

  private static final class DivideFn extends DoFn<KV<NumberedKey, Iterable<List<byte[]>>>, Row> {
    private final RunOptions options;

    DivideFn(RunOptions options) {
      this.options = options;
    }

    @ProcessElement
    public void process(
        @Element KV<NumberedKey, Iterable<List<byte[]>>> bucket, MultiOutputReceiver out)
        throws IOException {
      Map<String, Long> counts = new TreeMap<>();
      try (ExternalSorter<String, byte[]> sorter =
          new ExternalSorter<>(
              Comparator.<String>naturalOrder(),
              RowCoders.TEXT,
              ByteArrayCoder.of(),
              options.sortBytes())) {
        for (List<byte[]> records : bucket.getValue()) {
          for (byte[] record : records) {
            sorter.add(KnownRow.idOf(record), record);
          }
        }
        List<KnownRow> sameId = new ArrayList<>();
        Iterator<Map.Entry<String, byte[]>> sorted = sorter.sorted();
        while (sorted.hasNext()) {
          KnownRow known = Coders.KNOWN.ofBytes(sorted.next().getValue());
          if (!sameId.isEmpty() && !sameId.get(0).id().equals(known.id())) {
            divide(sameId, counts, out);
            sameId.clear();
          }
          sameId.add(known);
        }
        if (!sameId.isEmpty()) {
          divide(sameId, counts, out);
        }
      }
      out.get(COUNTS).output(counts);
    }

    private void divide(List<KnownRow> sameId, Map<String, Long> counts, MultiOutputReceiver out) {
      List<Row> rows = sameId.stream().flatMap(known -> known.row().stream()).toList();
      if (rows.size() > 1) {
        throw new DuplicateRowException(rows.get(0).id());
      }
      List<Before> before =
          sameId.stream()
              .flatMap(known -> known.finished().stream())
              .map(known -> new Before(known, !rows.isEmpty() && known.isOf(rows.get(0))))
              .toList();
      Optional<FinishedRow> taken = agreed(before);
      long unused = before.size() - (taken.isPresent() ? 1L : 0L);
      add(Counters.JOURNAL_UNUSED, unused, counts);
      RunMetrics.add(Counters.ROWS_READ, rows.size(), counts);
      compare(rows, before, taken, counts);
      if (taken.isPresent()) {
        add(Counters.ROWS_SKIPPED, 1, counts);
        Counters.ROWS_EMITTED.inc();
        Progress.of(options.job()).rowSkipped();
        out.get(SKIPPED).output(new AnsweredRow(rows.get(0), taken.get().outcome()));
        if (!taken.get().steps().isEmpty()) {
          out.get(STEPS).output(KV.of(rows.get(0).id(), taken.get().steps()));
        }
      } else {
        rows.forEach(row -> out.get(REMAINING).output(row));
      }
    }

    /** Counts how a row stands to the table before, if there is one. */
    private static void compare(
        List<Row> rows,
        List<Before> before,
        Optional<FinishedRow> taken,
        Map<String, Long> counts) {
      Optional<Before> old =
          before.stream()
              .filter(known -> known.row.source() != FinishedRow.Source.ATTEMPT)
              .findFirst();
      if (rows.isEmpty()) {
        add(Counters.ROWS_DELETED, old.isPresent() ? 1 : 0, counts);
        return;
      }
      boolean same =
          old.isPresent()
              && old.get().row.source() != FinishedRow.Source.OUTDATED
              && old.get().isOfRow;
      if (old.isEmpty()) {
        add(Counters.ROWS_NEW, 1, counts);
      } else if (!same) {
        add(Counters.ROWS_CHANGED, 1, counts);
      } else if (old.get().row.source() == FinishedRow.Source.RETRIED) {
        add(Counters.ROWS_RETRIED, 1, counts);
      } else {
        add(Counters.ROWS_UNCHANGED, 1, counts);
      }
      if (same && taken.isPresent() && taken.get().source() == FinishedRow.Source.TABLE) {
        List<StepTrace> trace = taken.get().outcome().trace();
        long prompt = trace.stream().mapToLong(StepTrace::promptTokens).sum();
        long output = trace.stream().mapToLong(StepTrace::outputTokens).sum();
        add(Counters.SAVED_PROMPT_TOKENS, prompt, counts);
        add(Counters.SAVED_OUTPUT_TOKENS, output, counts);
      }
    }

    private static void add(Counter counter, long number, Map<String, Long> counts) {
      if (number > 0) {
        counter.inc(number);
        RunMetrics.add(counter, number, counts);
      }
    }

    /** What was known of the row as it is now, if all who know it agree. */
    private static Optional<FinishedRow> agreed(List<Before> before) {
      List<FinishedRow> same =
          before.stream()
              .filter(known -> known.isOfRow && known.row.isTaken())
              .map(Before::row)
              .toList();
      long outcomes = same.stream().map(FinishedRow::outcome).distinct().count();
      return outcomes == 1 ? Optional.of(same.get(0)) : Optional.empty();
    }
  }

  /**
   * What was known before.
   *
   * @param isOfRow whether that is of the row as it is now
   */
  private record Before(FinishedRow row, boolean isOfRow) {}
}
