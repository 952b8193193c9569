package dev.espalier.pipeline;

import dev.espalier.row.AnsweredRow;
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
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
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
 * bundle for each row on the direct runner.
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
    KvCoder<NumberedKey, KnownRow> coder = KvCoder.of(NumberedKey.CODER, Coders.KNOWN);
    PCollection<KV<NumberedKey, KnownRow>> known =
        rows.apply("Put rows in buckets", ParDo.of(new RowFn(options))).setCoder(coder);
    PCollection<KV<NumberedKey, KnownRow>> before =
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

  private static final class RowFn extends DoFn<Row, KV<NumberedKey, KnownRow>> {
    private final RunOptions options;
    private transient NumberedKeys keys;

    RowFn(RunOptions options) {
      this.options = options;
    }

    @StartBundle
    public void start() {
      keys = options.bucketKeys();
    }

    @ProcessElement
    public void process(@Element Row row, OutputReceiver<KV<NumberedKey, KnownRow>> out) {
      Counters.ROWS_READ.inc();
      Progress.of(options.job()).rowRead();
      out.output(KV.of(keys.of(options.bucketOf(row.id())), KnownRow.of(row)));
    }
  }

  private static final class FinishedFn extends DoFn<FinishedRow, KV<NumberedKey, KnownRow>> {
    private final RunOptions options;
    private transient NumberedKeys keys;

    FinishedFn(RunOptions options) {
      this.options = options;
    }

    @StartBundle
    public void start() {
      keys = options.bucketKeys();
    }

    @ProcessElement
    public void process(
        @Element FinishedRow finished, OutputReceiver<KV<NumberedKey, KnownRow>> out) {
      out.output(KV.of(keys.of(options.bucketOf(finished.outcome().id())), KnownRow.of(finished)));
    }
  }

  private static final class DivideFn extends DoFn<KV<NumberedKey, Iterable<KnownRow>>, Row> {
    private final RunOptions options;

    DivideFn(RunOptions options) {
      this.options = options;
    }

    @ProcessElement
    public void process(
        @Element KV<NumberedKey, Iterable<KnownRow>> bucket, MultiOutputReceiver out)
        throws IOException {
      Map<String, Long> counts = new TreeMap<>();
      try (ExternalSorter<String, KnownRow> sorter =
          new ExternalSorter<>(
              Comparator.<String>naturalOrder(),
              RowCoders.TEXT,
              Coders.KNOWN,
              options.sortBytes())) {
        for (KnownRow known : bucket.getValue()) {
          sorter.add(known.id(), known);
        }
        List<KnownRow> sameId = new ArrayList<>();
        Iterator<Map.Entry<String, KnownRow>> sorted = sorter.sorted();
        while (sorted.hasNext()) {
          KnownRow known = sorted.next().getValue();
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
      List<FinishedRow> before =
          sameId.stream().flatMap(known -> known.finished().stream()).toList();
      if (rows.size() > 1) {
        throw new DuplicateRowException(rows.get(0).id());
      }
      Optional<FinishedRow> taken = rows.isEmpty() ? Optional.empty() : agreed(rows.get(0), before);
      long unused = before.size() - (taken.isPresent() ? 1L : 0L);
      add(Counters.JOURNAL_UNUSED, unused, counts);
      RunMetrics.add(Counters.ROWS_READ, rows.size(), counts);
      compare(rows, before, taken, counts);
      if (taken.isPresent()) {
        add(Counters.ROWS_SKIPPED, 1, counts);
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
        List<FinishedRow> before,
        Optional<FinishedRow> taken,
        Map<String, Long> counts) {
      Optional<FinishedRow> old =
          before.stream()
              .filter(finished -> finished.source() != FinishedRow.Source.ATTEMPT)
              .findFirst();
      if (rows.isEmpty()) {
        add(Counters.ROWS_DELETED, old.isPresent() ? 1 : 0, counts);
        return;
      }
      boolean same =
          old.isPresent()
              && old.get().source() != FinishedRow.Source.OUTDATED
              && old.get().isOf(rows.get(0));
      if (old.isEmpty()) {
        add(Counters.ROWS_NEW, 1, counts);
      } else if (!same) {
        add(Counters.ROWS_CHANGED, 1, counts);
      } else if (old.get().source() == FinishedRow.Source.RETRIED) {
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

    /** What was known of this row as it is now, if all who know it agree. */
    private static Optional<FinishedRow> agreed(Row row, List<FinishedRow> before) {
      List<FinishedRow> same =
          before.stream().filter(known -> known.isTaken() && known.isOf(row)).toList();
      long outcomes = same.stream().map(FinishedRow::outcome).distinct().count();
      return outcomes == 1 ? Optional.of(same.get(0)) : Optional.empty();
    }
  }
}
