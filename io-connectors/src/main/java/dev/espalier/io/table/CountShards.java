package dev.espalier.io.table;

import dev.espalier.row.AnsweredRow;
import dev.espalier.row.RowCoders;
import dev.espalier.row.RowReads;
import dev.espalier.row.TotalBundles;
import java.io.IOException;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Sum;
import org.apache.beam.sdk.values.PCollection;

/**
 * As many shards as keep a file near 64 MB: the least power of two of which each has at most {@link
 * #BYTES} of rows before they are compressed. It depends on the rows alone, and a table has to grow
 * to twice its size until its rows change their shards.
 */
final class CountShards extends PTransform<PCollection<AnsweredRow>, PCollection<Integer>> {
  /** Part of the format; answers shrink to about a quarter as Parquet. */
  static final long BYTES = 256L << 20;

  private static final int MOST = 1 << 16;

  @Override
  public PCollection<Integer> expand(PCollection<AnsweredRow> rows) {
    return rows.apply("Measure", ParDo.of(new MeasureFn()))
        .apply("Total", TotalBundles.globally(Sum.ofLongs()))
        .apply("Divide", ParDo.of(new DivideFn()))
        .setCoder(VarIntCoder.of());
  }

  /**
   * @param bytes of all rows
   */
  static int of(long bytes) {
    int shards = 1;
    while (shards < MOST && bytes > shards * BYTES) {
      shards *= 2;
    }
    return shards;
  }

  private static final class MeasureFn extends DoFn<AnsweredRow, Long> {
    @ProcessElement
    public void process(@Element AnsweredRow row, OutputReceiver<Long> out) throws IOException {
      AnsweredRow bare = new AnsweredRow(row.row(), row.outcome().withReads(RowReads.UNKNOWN));
      out.output((long) RowCoders.ANSWERED.toBytes(bare).length);
    }
  }

  private static final class DivideFn extends DoFn<Long, Integer> {
    @ProcessElement
    public void process(@Element Long bytes, OutputReceiver<Integer> out) {
      out.output(of(bytes));
    }
  }
}
