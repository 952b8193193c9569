package dev.espalier.io.read;

import dev.espalier.row.Row;
import dev.espalier.row.RowCoders;
import java.io.IOException;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;

/**
 * Reads the first rows of an input: files in the order of their paths, rows as they stand in them.
 * One worker reads them, and nothing behind them; all rows where there are fewer.
 */
public final class ReadFirstRecords extends PTransform<PBegin, PCollection<Row>> {
  private final ReadOptions options;
  private final long rows;

  private ReadFirstRecords(ReadOptions options, long rows) {
    this.options = options;
    this.rows = rows;
  }

  /**
   * @param rows how many
   */
  public static ReadFirstRecords of(ReadOptions options, long rows) {
    return new ReadFirstRecords(options, rows);
  }

  @Override
  public PCollection<Row> expand(PBegin begin) {
    return begin
        .apply("Name the input", Create.of(options.path()))
        .apply("Read first rows", ParDo.of(new ReadFirst(options, rows)))
        .setCoder(RowCoders.ROW);
  }

  private static final class ReadFirst extends DoFn<String, Row> {
    private final ReadOptions options;
    private final long most;

    ReadFirst(ReadOptions options, long most) {
      this.options = options;
      this.most = most;
    }

    @ProcessElement
    public void process(OutputReceiver<Row> rows) throws IOException {
      RecordScan.forFirst(options, most, rows::output);
    }
  }
}
