package dev.espalier.io.read;

import dev.espalier.row.Row;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.List;
import org.apache.beam.sdk.coders.VarLongCoder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.SimpleFunction;
import org.apache.beam.sdk.transforms.Top;
import org.apache.beam.sdk.transforms.View;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionView;

/**
 * Reads a uniform sample of an input: the rows whose ids, hashed with a seed, have the smallest
 * values. It depends on the ids and the seed alone, not on the order or the splits of the input,
 * and a larger sample of the same seed holds a smaller one. All rows where there are fewer.
 *
 * <p>The input is read twice, first for the largest hash of the sample, so that rows need not be
 * held.
 */
public final class ReadSampledRecords extends PTransform<PBegin, PCollection<Row>> {
  private final ReadOptions options;
  private final int rows;
  private final long seed;

  private ReadSampledRecords(ReadOptions options, int rows, long seed) {
    this.options = options;
    this.rows = rows;
    this.seed = seed;
  }

  /**
   * @param rows how many, at least 1; as many hashes are held in memory
   */
  public static ReadSampledRecords of(ReadOptions options, int rows, long seed) {
    return new ReadSampledRecords(options, rows, seed);
  }

  @Override
  public PCollection<Row> expand(PBegin begin) {
    PCollection<Long> largest =
        begin
            .apply("Look at ids", ReadRecords.of(options))
            .apply("Hash ids", MapElements.via(new Hash(seed)))
            .setCoder(VarLongCoder.of())
            .apply("Smallest hashes", Top.smallest(rows))
            .apply("Largest of them", MapElements.via(new Largest(rows)))
            .setCoder(VarLongCoder.of());
    PCollectionView<Long> border = largest.apply("View", View.asSingleton());
    return begin
        .apply("Read rows", ReadRecords.of(options).after(largest))
        .apply("Keep the sample", ParDo.of(new Keep(border, seed)).withSideInputs(border));
  }

  private static long hash(String rowId, long seed) {
    MessageDigest digest = Sha256.digest();
    digest.update(ByteBuffer.allocate(Long.BYTES).putLong(seed).array());
    return ByteBuffer.wrap(digest.digest(rowId.getBytes(StandardCharsets.UTF_8))).getLong();
  }

  private static final class Hash extends SimpleFunction<Row, Long> {
    private final long seed;

    Hash(long seed) {
      this.seed = seed;
    }

    @Override
    public Long apply(Row row) {
      return hash(row.id(), seed);
    }
  }

  private static final class Largest extends SimpleFunction<List<Long>, Long> {
    private final int wanted;

    Largest(int wanted) {
      this.wanted = wanted;
    }

    @Override
    public Long apply(List<Long> smallest) {
      return smallest.size() < wanted ? Long.MAX_VALUE : Collections.max(smallest);
    }
  }

  private static final class Keep extends DoFn<Row, Row> {
    private final PCollectionView<Long> border;
    private final long seed;

    Keep(PCollectionView<Long> border, long seed) {
      this.border = border;
      this.seed = seed;
    }

    @ProcessElement
    public void process(ProcessContext context) {
      if (hash(context.element().id(), seed) <= context.sideInput(border)) {
        context.output(context.element());
      }
    }
  }
}
