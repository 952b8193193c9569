package dev.espalier.pipeline;

import dev.espalier.row.ExternalSorter;
import dev.espalier.row.Row;
import dev.espalier.row.RowCoders;
import java.io.IOException;
import java.util.Comparator;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;

/**
 * Counts rows of which none has finished before. Fails with {@link DuplicateRowException} if two
 * have one id. Only ids meet; the rows stay where they are read.
 */
final class CheckIds extends PTransform<PCollection<Row>, PCollection<Map<String, Long>>> {
  private final RunOptions options;

  CheckIds(RunOptions options) {
    this.options = options;
  }

  @Override
  public PCollection<Map<String, Long>> expand(PCollection<Row> rows) {
    return rows.apply("Put ids in buckets", ParDo.of(new IdFn(options)))
        .setCoder(KvCoder.of(VarIntCoder.of(), RowCoders.TEXT))
        .apply("By bucket", GroupByKey.create())
        .apply("Compare", ParDo.of(new CompareFn(options)))
        .setCoder(Coders.COUNTS);
  }

  private static final class IdFn extends DoFn<Row, KV<Integer, String>> {
    private final RunOptions options;

    IdFn(RunOptions options) {
      this.options = options;
    }

    @ProcessElement
    public void process(@Element Row row, OutputReceiver<KV<Integer, String>> out) {
      Counters.ROWS_READ.inc();
      Progress.of(options.job()).rowRead();
      out.output(KV.of(options.bucketOf(row.id()), row.id()));
    }
  }

  private static final class CompareFn
      extends DoFn<KV<Integer, Iterable<String>>, Map<String, Long>> {
    private final RunOptions options;

    CompareFn(RunOptions options) {
      this.options = options;
    }

    @ProcessElement
    public void process(
        @Element KV<Integer, Iterable<String>> bucket, OutputReceiver<Map<String, Long>> out)
        throws IOException {
      Map<String, Long> counts = new TreeMap<>();
      try (ExternalSorter<String, Integer> sorter =
          new ExternalSorter<>(
              Comparator.<String>naturalOrder(),
              RowCoders.TEXT,
              VarIntCoder.of(),
              options.sortBytes())) {
        long rows = 0;
        for (String id : bucket.getValue()) {
          sorter.add(id, 0);
          rows++;
        }
        requireUnique(sorter.sorted());
        RunMetrics.add(Counters.ROWS_READ, rows, counts);
      }
      out.output(counts);
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
}
