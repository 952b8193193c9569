package dev.espalier.io.read;

import dev.espalier.row.Row;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;

/** {@link ReadInput} for those who want the rows alone. */
public final class ReadRecords extends PTransform<PBegin, PCollection<Row>> {
  private final ReadOptions options;

  private ReadRecords(ReadOptions options) {
    this.options = options;
  }

  public static ReadRecords of(ReadOptions options) {
    return new ReadRecords(options);
  }

  @Override
  public PCollection<Row> expand(PBegin begin) {
    return begin.apply("Read", ReadInput.of(options)).get(ReadInput.ROWS);
  }
}
