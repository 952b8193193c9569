package dev.espalier.io.read;

import dev.espalier.row.Row;
import dev.espalier.row.RowCoders;
import java.io.IOException;
import java.util.Optional;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Reshuffle;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;

/**
 * Reads all rows of an input, in no order: Parquet by row groups, big JSON Lines files by ranges of
 * bytes, other files whole. A row that cannot be decoded carries an error; a file that is not what
 * it should be fails the bundle with a {@link dev.espalier.io.FileProblemException}. {@link
 * InputCheck} finds most of these before a pipeline starts.
 */
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
    return begin
        .apply("Name the input", Create.of(options.path()))
        .apply("Find splits", ParDo.of(new FindSplits(options)))
        .setCoder(SerializableCoder.of(InputSplit.class))
        .apply("Spread splits", Reshuffle.viaRandomKey())
        .apply("Read rows", ParDo.of(new ReadSplit(options)))
        .setCoder(RowCoders.ROW);
  }

  private static final class FindSplits extends DoFn<String, InputSplit> {
    private final ReadOptions options;

    FindSplits(ReadOptions options) {
      this.options = options;
    }

    @ProcessElement
    public void process(OutputReceiver<InputSplit> splits) throws IOException {
      for (SourceFile file : SourceFiles.list(options).files()) {
        InputSplit.of(file, options).forEach(splits::output);
      }
    }
  }

  private static final class ReadSplit extends DoFn<InputSplit, Row> {
    private final ReadOptions options;

    ReadSplit(ReadOptions options) {
      this.options = options;
    }

    @ProcessElement
    public void process(@Element InputSplit split, OutputReceiver<Row> rows) throws IOException {
      try (RowReader reader = RowReader.open(split, options)) {
        for (Optional<Row> row = reader.next(); row.isPresent(); row = reader.next()) {
          rows.output(row.get());
        }
      }
    }
  }
}
