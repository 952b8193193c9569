package dev.espalier.io.table;

import dev.espalier.row.AnsweredRow;
import dev.espalier.row.Blocks;
import dev.espalier.row.EncodedRow;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import org.apache.beam.sdk.coders.ListCoder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;
import org.joda.time.Instant;

/**
 * Takes of rows what a table has of them, encodes that, and finds the table's shape, in one pass.
 *
 * <p>As many shards as keep a file near 64 MB: the least power of two of which each has at most
 * {@link #BYTES} of rows before they are compressed. It depends on the rows alone, and a table has
 * to grow to twice its size until its rows change their shards.
 */
final class DescribeRows extends PTransform<PCollection<AnsweredRow>, PCollectionTuple> {
  /** The rows, in lists: a list costs a runner what a row does. */
  static final TupleTag<List<EncodedRow>> ROWS = new TupleTag<>("rows") {};

  /** What bundles of them tell of the table. */
  static final TupleTag<Findings> FINDINGS = new TupleTag<>("findings") {};

  /** Part of the format; answers shrink to about a quarter as Parquet. */
  static final long BYTES = 256L << 20;

  private static final int MOST = 1 << 16;

  private final IncludedFields included;
  private final SchemaOfRows schema;

  DescribeRows(TableColumns columns, SchemaOfRows schema) {
    this.included =
        new IncludedFields(columns.included().stream().map(TableColumns.Included::name).toList());
    this.schema = schema;
  }

  /**
   * What some rows tell.
   *
   * @param bytes of them
   */
  record Findings(SchemaOfRows.Sightings sightings, long bytes) implements Serializable {}

  @Override
  public PCollectionTuple expand(PCollection<AnsweredRow> rows) {
    PCollectionTuple described =
        rows.apply(
            "Encode",
            ParDo.of(new DescribeFn(included, schema))
                .withOutputTags(ROWS, TupleTagList.of(FINDINGS)));
    described.get(ROWS).setCoder(ListCoder.of(EncodedRow.CODER));
    described.get(FINDINGS).setCoder(SerializableCoder.of(Findings.class));
    return described;
  }

  /**
   * @param bytes of all rows
   */
  static int shardsOf(long bytes) {
    int shards = 1;
    while (shards < MOST && bytes > shards * BYTES) {
      shards *= 2;
    }
    return shards;
  }

  private static final class DescribeFn extends DoFn<AnsweredRow, List<EncodedRow>> {
    private final IncludedFields included;
    private final SchemaOfRows schema;
    private transient SchemaOfRows.Sightings sightings;
    private transient long bytes;
    private transient Blocks<Integer, EncodedRow> blocks; // of one key

    DescribeFn(IncludedFields included, SchemaOfRows schema) {
      this.included = included;
      this.schema = schema;
    }

    @StartBundle
    public void start() {
      sightings = schema.createAccumulator();
      bytes = 0;
      blocks = new Blocks<>();
    }

    @ProcessElement
    public void process(@Element AnsweredRow answered, OutputReceiver<List<EncodedRow>> out)
        throws IOException {
      AnsweredRow row = included.kept(answered);
      EncodedRow encoded = EncodedRow.of(row);
      sightings = schema.addInput(sightings, row);
      bytes += encoded.contentLength();
      blocks.add(0, encoded, encoded.bytes().length, (key, rows) -> out.output(rows));
    }

    @FinishBundle
    public void finish(FinishBundleContext context) {
      Instant time = BoundedWindow.TIMESTAMP_MIN_VALUE;
      blocks.handOn((key, rows) -> context.output(rows, time, GlobalWindow.INSTANCE));
      context.output(FINDINGS, new Findings(sightings, bytes), time, GlobalWindow.INSTANCE);
      blocks = null;
      sightings = null;
    }
  }
}
