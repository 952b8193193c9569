package dev.espalier.io.read;

import dev.espalier.row.Row;
import java.util.Optional;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;

/** {@link ReadInput} for those who want the rows alone. */
public final class ReadRecords extends PTransform<PBegin, PCollection<Row>> {
  private final ReadOptions options;
  private final transient Optional<PCollection<?>> signal;

  private ReadRecords(ReadOptions options, Optional<PCollection<?>> signal) {
    this.options = options;
    this.signal = signal;
  }

  public static ReadRecords of(ReadOptions options) {
    return new ReadRecords(options, Optional.empty());
  }

  /** Begins to read when {@code value} is complete. */
  ReadRecords after(PCollection<?> value) {
    return new ReadRecords(options, Optional.of(value));
  }

  @Override
  public PCollection<Row> expand(PBegin begin) {
    ReadInput input = signal.map(ReadInput.of(options)::after).orElse(ReadInput.of(options));
    return begin.apply("Read", input).get(ReadInput.ROWS);
  }
}
