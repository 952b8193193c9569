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
      Tally tally = new Tally();
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
            divide(sameId, tally, out);
            sameId.clear();
          }
          sameId.add(known);
        }
        if (!sameId.isEmpty()) {
          divide(sameId, tally, out);
        }
      }
      out.get(COUNTS).output(tally.total());
    }

    private void divide(List<KnownRow> sameId, Tally tally, MultiOutputReceiver out) {
      Row row = null;
      List<FinishedRow> before = new ArrayList<>();
      for (KnownRow known : sameId) {
        if (known.finished().isPresent()) {
          before.add(known.finished().get());
        } else if (row == null) {
          row = known.row().orElseThrow();
        } else {
          throw new DuplicateRowException(row.id());
        }
      }
      if (row == null) {
        tally.add(Counters.ROWS_DELETED, before.stream().anyMatch(DivideFn::isOfTable) ? 1 : 0);
        tally.add(Counters.JOURNAL_UNUSED, before.size());
        tally.end(0);
        return;
      }
      List<FinishedRow> same = new ArrayList<>();
      for (FinishedRow known : before) {
        if (known.isOf(row)) {
          same.add(known);
        }
      }
      Optional<FinishedRow> taken = agreed(same);
      tally.add(Counters.JOURNAL_UNUSED, before.size() - (taken.isPresent() ? 1L : 0L));
      compare(before, same, taken, tally);
      if (taken.isPresent()) {
        tally.add(Counters.ROWS_SKIPPED, 1);
        Progress.of(options.job()).rowSkipped();
        out.get(SKIPPED).output(new AnsweredRow(row, taken.get().outcome()));
        if (!taken.get().steps().isEmpty()) {
          out.get(STEPS).output(KV.of(row.id(), taken.get().steps()));
        }
      } else {
        out.get(REMAINING).output(row);
      }
      tally.end(1);
    }

    /**
     * Counts how a row stands to the table before, if there is one.
     *
     * @param before what was known
     * @param same what of that is of the row as it is now
     */
    private static void compare(
        List<FinishedRow> before,
        List<FinishedRow> same,
        Optional<FinishedRow> taken,
        Tally tally) {
      FinishedRow old = null;
      for (FinishedRow known : before) {
        if (old == null && isOfTable(known)) {
          old = known;
        }
      }
      if (old == null) {
        tally.add(Counters.ROWS_NEW, 1);
        return;
      }
      if (old.source() == FinishedRow.Source.OUTDATED || !same.contains(old)) {
        tally.add(Counters.ROWS_CHANGED, 1);
        return;
      }
      boolean again = old.source() == FinishedRow.Source.RETRIED;
      tally.add(again ? Counters.ROWS_RETRIED : Counters.ROWS_UNCHANGED, 1);
      if (taken.isPresent() && taken.get().source() == FinishedRow.Source.TABLE) {
        long prompt = 0;
        long output = 0;
        for (StepTrace step : taken.get().outcome().trace()) {
          prompt += step.promptTokens();
          output += step.outputTokens();
        }
        tally.add(Counters.SAVED_PROMPT_TOKENS, prompt);
        tally.add(Counters.SAVED_OUTPUT_TOKENS, output);
      }
    }

    private static boolean isOfTable(FinishedRow known) {
      return known.source() != FinishedRow.Source.ATTEMPT;
    }

    /**
     * What was known of the row as it is now, if all who know it agree.
     *
     * @param same who do
     */
    private static Optional<FinishedRow> agreed(List<FinishedRow> same) {
      FinishedRow taken = null;
      for (FinishedRow known : same) {
        if (known.isTaken()) {
          if (taken != null && !taken.outcome().equals(known.outcome())) {
            return Optional.empty();
          }
          taken = taken == null ? known : taken;
        }
      }
      return Optional.ofNullable(taken);
    }
  }

  /** Numbers of a bucket. They are told the runner's metrics now and then, not with each row. */
  private static final class Tally {
    private static final int ROWS = 1000; // between two words

    private final Map<String, Long> told = new TreeMap<>();
    private final Map<String, Long> others = new TreeMap<>();
    private long rows;
    private int ended;

    void add(Counter counter, long number) {
      if (number > 0) {
        RunMetrics.add(counter, number, others);
      }
    }

    /**
     * Ends an id.
     *
     * @param read rows that have it
     */
    void end(int read) {
      rows += read;
      if (++ended % ROWS == 0) {
        tell();
      }
    }

    private void tell() {
      RunMetrics.report(others);
      Counters.ROWS_EMITTED.inc(others.getOrDefault(name(Counters.ROWS_SKIPPED), 0L));
      others.forEach((name, number) -> told.merge(name, number, Long::sum));
      others.clear();
    }

    /** All numbers, those that were told where rows were read too. */
    Map<String, Long> total() {
      tell();
      told.put(name(Counters.ROWS_READ), rows);
      return told;
    }

    private static String name(Counter counter) {
      return counter.getName().getName();
    }
  }
}
