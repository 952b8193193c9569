package dev.espalier.pipeline;

import dev.espalier.prefix.OpeningSummary;
import dev.espalier.prefix.PlanOptions;
import dev.espalier.prefix.PrefixPlan;
import dev.espalier.prefix.PrefixPlanner;
import dev.espalier.row.ExternalSorter;
import dev.espalier.row.RowCoders;
import java.io.IOException;
import java.util.Comparator;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.CoderRegistry;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.OptionalCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.transforms.Combine;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTagList;

/**
 * Makes the plan of rows of which none has finished before, and reports it before any row runs.
 * Fails with {@link DuplicateRowException} if two rows have one id.
 *
 * <p>One chain of steps: where two steps read the same rows and their results meet again, Flink's
 * batch runner first writes all rows to disk.
 */
final class PlanNewRows extends PTransform<PCollection<TracedRow>, PCollectionTuple> {
  private static final Coder<KV<Map<String, Long>, Optional<OpeningSummary>>> CHECKED =
      KvCoder.of(Coders.COUNTS, OptionalCoder.of(Coders.SUMMARY));

  private final RunOptions options;

  PlanNewRows(RunOptions options) {
    this.options = options;
  }

  @Override
  public PCollectionTuple expand(PCollection<TracedRow> rows) {
    PCollectionTuple planned =
        rows.apply("Summarise rows", ParDo.of(new PartsFn(options)))
            .setCoder(KvCoder.of(NumberedKey.CODER, Coders.PLAN_PART))
            .apply("By bucket", GroupByKey.create())
            .apply("Compare ids", ParDo.of(new CompareFn(options)))
            .setCoder(CHECKED)
            .apply("Merge", Combine.globally(new MergeFn(options.plan())))
            .setCoder(KvCoder.of(Coders.COUNTS, Coders.PLAN))
            .apply(
                "Report",
                ParDo.of(new ReportFn(options.job()))
                    .withOutputTags(PlanRows.PLAN, TupleTagList.of(PlanRows.COUNTS)));
    planned.get(PlanRows.PLAN).setCoder(Coders.PLAN);
    planned.get(PlanRows.COUNTS).setCoder(Coders.COUNTS);
    return planned;
  }

  /** The ids in buckets, and for each bundle one summary of its rows, so that no row is coded. */
  private static final class PartsFn extends DoFn<TracedRow, KV<NumberedKey, PlanPart>> {
    private static final NumberedKey SUMMARIES = new NumberedKey(Integer.MAX_VALUE, 0); // no bucket

    private final RunOptions options;
    private transient NumberedKeys keys; // of ids
    private transient OpeningSummary summary;

    PartsFn(RunOptions options) {
      this.options = options;
    }

    @StartBundle
    public void start() {
      keys = options.bucketKeys();
      summary = new OpeningSummary(options.plan().sampleTokens());
    }

    @ProcessElement
    public void process(@Element TracedRow row, OutputReceiver<KV<NumberedKey, PlanPart>> out) {
      summary.add(row.opening());
      String id = row.row().id();
      out.output(KV.of(keys.of(options.bucketOf(id)), PlanPart.of(id)));
    }

    @FinishBundle
    public void finish(FinishBundleContext context) {
      if (summary.rows() > 0) {
        context.output(
            KV.of(SUMMARIES, PlanPart.of(summary)),
            GlobalWindow.INSTANCE.maxTimestamp(),
            GlobalWindow.INSTANCE);
      }
      summary = null;
    }
  }

  private static final class CompareFn
      extends DoFn<
          KV<NumberedKey, Iterable<PlanPart>>, KV<Map<String, Long>, Optional<OpeningSummary>>> {
    private final RunOptions options;

    CompareFn(RunOptions options) {
      this.options = options;
    }

    @ProcessElement
    public void process(
        @Element KV<NumberedKey, Iterable<PlanPart>> bucket,
        OutputReceiver<KV<Map<String, Long>, Optional<OpeningSummary>>> out)
        throws IOException {
      Map<String, Long> counts = new TreeMap<>();
      OpeningSummary merged = null; // in a bucket of ids
      try (ExternalSorter<String, Integer> sorter =
          new ExternalSorter<>(
              Comparator.<String>naturalOrder(),
              RowCoders.TEXT,
              VarIntCoder.of(),
              options.sortBytes())) {
        long rows = 0;
        for (PlanPart part : bucket.getValue()) {
          if (part.summary().isPresent()) {
            merged = merged == null ? new OpeningSummary(options.plan().sampleTokens()) : merged;
            merged.merge(part.summary().get());
          }
          if (part.id().isPresent()) {
            sorter.add(part.id().get(), 0);
            rows++;
          }
        }
        requireUnique(sorter.sorted());
        RunMetrics.add(Counters.ROWS_READ, rows, counts);
      }
      out.output(KV.of(counts, Optional.ofNullable(merged)));
    }

    private static void requireUnique(Iterator<Map.Entry<String, Integer>> sorted) {
      String last = null;
      while (sorted.hasNext()) {
        String id = sorted.next().getKey();
        if (id.equals(last)) {
          throw new DuplicateRowException(id);
        }
        last = id;
      }
    }
  }

  private static final class MergeFn
      extends Combine.CombineFn<
          KV<Map<String, Long>, Optional<OpeningSummary>>,
          KV<Map<String, Long>, Optional<OpeningSummary>>,
          KV<Map<String, Long>, PrefixPlan>> {
    private final PlanOptions options;

    MergeFn(PlanOptions options) {
      this.options = options;
    }

    @Override
    public KV<Map<String, Long>, Optional<OpeningSummary>> createAccumulator() {
      return KV.of(new TreeMap<>(), Optional.empty());
    }

    @Override
    public KV<Map<String, Long>, Optional<OpeningSummary>> addInput(
        KV<Map<String, Long>, Optional<OpeningSummary>> merged,
        KV<Map<String, Long>, Optional<OpeningSummary>> part) {
      Map<String, Long> counts = new TreeMap<>(merged.getKey());
      part.getKey().forEach((name, number) -> counts.merge(name, number, Long::sum));
      if (merged.getValue().isEmpty() || part.getValue().isEmpty()) {
        return KV.of(counts, merged.getValue().or(part::getValue));
      }
      OpeningSummary summary = new OpeningSummary(options.sampleTokens());
      summary.merge(merged.getValue().get());
      summary.merge(part.getValue().get());
      return KV.of(counts, Optional.of(summary));
    }

    @Override
    public KV<Map<String, Long>, Optional<OpeningSummary>> mergeAccumulators(
        Iterable<KV<Map<String, Long>, Optional<OpeningSummary>>> parts) {
      KV<Map<String, Long>, Optional<OpeningSummary>> merged = createAccumulator();
      for (KV<Map<String, Long>, Optional<OpeningSummary>> part : parts) {
        merged = addInput(merged, part);
      }
      return merged;
    }

    @Override
    public KV<Map<String, Long>, PrefixPlan> extractOutput(
        KV<Map<String, Long>, Optional<OpeningSummary>> merged) {
      OpeningSummary summary =
          merged.getValue().orElseGet(() -> new OpeningSummary(options.sampleTokens()));
      return KV.of(merged.getKey(), PrefixPlanner.plan(summary, options));
    }

    @Override
    public Coder<KV<Map<String, Long>, Optional<OpeningSummary>>> getAccumulatorCoder(
        CoderRegistry registry, Coder<KV<Map<String, Long>, Optional<OpeningSummary>>> input) {
      return CHECKED;
    }

    @Override
    public Coder<KV<Map<String, Long>, PrefixPlan>> getDefaultOutputCoder(
        CoderRegistry registry, Coder<KV<Map<String, Long>, Optional<OpeningSummary>>> input) {
      return KvCoder.of(Coders.COUNTS, Coders.PLAN);
    }
  }

  private static final class ReportFn extends DoFn<KV<Map<String, Long>, PrefixPlan>, PrefixPlan> {
    private final String job;

    ReportFn(String job) {
      this.job = job;
    }

    @ProcessElement
    public void process(
        @Element KV<Map<String, Long>, PrefixPlan> planned, MultiOutputReceiver out) {
      PlanPrefixes.report(planned.getValue(), job);
      out.get(PlanRows.PLAN).output(planned.getValue());
      out.get(PlanRows.COUNTS).output(planned.getKey());
    }
  }
}
