package dev.espalier.io.step;

import dev.espalier.io.storage.Storage;
import dev.espalier.io.storage.StorageUse;
import dev.espalier.row.Encoding;
import dev.espalier.row.ExternalSorter;
import dev.espalier.row.RecordCoder;
import dev.espalier.row.RowCoders;
import dev.espalier.row.StepRecord;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;

/**
 * Writes the steps of rows into new files of a {@link StepCache}; they are part of it when {@link
 * StepCache#add} was called.
 */
public final class WriteSteps
    extends PTransform<PCollection<KV<String, List<StepRecord>>>, PCollection<StepsWritten>> {
  private static final long SORT_BYTES = 32L << 20;

  private final StepCache cache;
  private final int bundles;

  private WriteSteps(StepCache cache, int bundles) {
    this.cache = cache;
    this.bundles = bundles;
  }

  /**
   * @param bundles in which buckets are written at the same time; each costs some milliseconds
   */
  public static WriteSteps to(StepCache cache, int bundles) {
    return new WriteSteps(cache, bundles);
  }

  /** The steps of a row. */
  private record RowSteps(String row, List<StepRecord> steps) {
    static final RecordCoder<RowSteps> CODER =
        RecordCoder.of(
            RowSteps.class,
            (value, out) -> {
              Encoding.writeText(value.row, out);
              StepRecord.writeAll(value.steps, out);
            },
            in -> new RowSteps(Encoding.readText(in), StepRecord.readAll(in)));
  }

  @Override
  public PCollection<StepsWritten> expand(PCollection<KV<String, List<StepRecord>>> steps) {
    return steps
        .apply("Put steps in bundles", ParDo.of(new BundleFn(cache, bundles)))
        .setCoder(KvCoder.of(VarIntCoder.of(), RowSteps.CODER))
        .apply("By bundle", GroupByKey.create())
        .apply("Write buckets", ParDo.of(new WriteFn(cache)))
        .setCoder(SerializableCoder.of(StepsWritten.class));
  }

  private static final class BundleFn
      extends DoFn<KV<String, List<StepRecord>>, KV<Integer, RowSteps>> {
    private final StepCache cache;
    private final int bundles;

    BundleFn(StepCache cache, int bundles) {
      this.cache = cache;
      this.bundles = bundles;
    }

    @ProcessElement
    public void process(
        @Element KV<String, List<StepRecord>> row, OutputReceiver<KV<Integer, RowSteps>> out) {
      int bundle = cache.bucketOf(row.getKey()) % bundles;
      out.output(KV.of(bundle, new RowSteps(row.getKey(), row.getValue())));
    }
  }

  /** Rows by bucket, and in it by id. */
  private static final class SortedRows {
    private final Iterator<Map.Entry<String, RowSteps>> rows;
    private Optional<RowSteps> next;

    SortedRows(Iterator<Map.Entry<String, RowSteps>> rows) {
      this.rows = rows;
      advance();
    }

    void advance() {
      next = rows.hasNext() ? Optional.of(rows.next().getValue()) : Optional.empty();
    }
  }

  private static final class WriteFn extends DoFn<KV<Integer, Iterable<RowSteps>>, StepsWritten> {
    private final StepCache cache;

    WriteFn(StepCache cache) {
      this.cache = cache;
    }

    @ProcessElement
    @SuppressWarnings("try") // the use lasts until all is written
    public void process(
        @Element KV<Integer, Iterable<RowSteps>> bundle, OutputReceiver<StepsWritten> out)
        throws IOException {
      try (StorageUse use = StorageUse.begin();
          ExternalSorter<String, RowSteps> sorter =
              new ExternalSorter<>(
                  Comparator.comparingInt(cache::bucketOf).thenComparing(Comparator.naturalOrder()),
                  RowCoders.TEXT,
                  RowSteps.CODER,
                  SORT_BYTES)) {
        for (RowSteps row : bundle.getValue()) {
          sorter.add(row.row, row);
        }
        SortedRows rows = new SortedRows(sorter.sorted());
        while (rows.next.isPresent()) {
          out.output(write(cache.bucketOf(rows.next.get().row), rows));
        }
      }
    }

    private StepsWritten write(int bucket, SortedRows rows) throws IOException {
      Storage storage = cache.storage().open(cache.directory());
      String name = String.format(Locale.ROOT, "bucket-%05d-%s.parquet", bucket, UUID.randomUUID());
      List<StepIndex.File> files = cache.index().of(bucket);
      boolean joins = files.size() >= StepCache.MOST_FILES - 1;
      long now = System.currentTimeMillis();
      long oldest = now - cache.age().toMillis();
      long newest;
      try (MergedSteps before = joins ? cache.merged(bucket) : new MergedSteps(List.of());
          StepFile.Writer writer = new StepFile.Writer(storage, cache.path(name))) {
        while (rows.next.filter(row -> cache.bucketOf(row.row) == bucket).isPresent()) {
          for (StepFile.Step step : steps(rows.next.get(), now)) {
            join(before, step, oldest, writer);
            writer.add(step);
          }
          rows.advance();
        }
        join(before, null, oldest, writer);
        newest = writer.newest();
      }
      long bytes = storage.find(cache.path(name)).orElseThrow(() -> new IOException(name)).length();
      List<String> replaced = joins ? files.stream().map(StepIndex.File::name).toList() : List.of();
      return new StepsWritten(bucket, name, bytes, newest, replaced);
    }

    private static List<StepFile.Step> steps(RowSteps row, long now) {
      List<StepFile.Step> steps = new ArrayList<>();
      row.steps.stream()
          .sorted(Comparator.comparing(StepRecord::key))
          .forEach(step -> steps.add(new StepFile.Step(row.row, step, now)));
      return steps;
    }

    /**
     * Writes what is known before a step, and passes over what that replaces.
     *
     * @param step null at the end
     */
    private static void join(
        MergedSteps before, StepFile.Step step, long oldest, StepFile.Writer writer)
        throws IOException {
      for (Optional<StepFile.Step> known = before.peek(); known.isPresent(); ) {
        if (step != null && !known.get().isBefore(step)) {
          if (known.get().hasPlaceOf(step)) {
            before.next();
          }
          return;
        }
        if (known.get().computed() >= oldest) {
          writer.add(known.get());
        }
        before.next();
        known = before.peek();
      }
    }
  }
}
