package dev.espalier.io.read;

import dev.espalier.io.storage.StorageUse;
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
import org.apache.beam.sdk.transforms.Wait;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;

/**
 * Reads all rows of an input, in no order, and tells what they are: Parquet by row groups, big JSON
 * Lines files by ranges of bytes, other files whole. A row that cannot be decoded carries an error;
 * a file that is not what it should be fails the bundle with a {@link
 * dev.espalier.io.FileProblemException}. {@link InputCheck} finds most of these before a pipeline
 * starts.
 */
public final class ReadInput extends PTransform<PBegin, PCollectionTuple> {
  /** The rows. */
  public static final TupleTag<Row> ROWS = new TupleTag<>("rows") {};

  /** What each part of a file held. */
  public static final TupleTag<FileRows> FILES = new TupleTag<>("files") {};

  private final ReadOptions options;
  private final transient Optional<PCollection<?>> signal;

  private ReadInput(ReadOptions options, Optional<PCollection<?>> signal) {
    this.signal = signal;
    this.options = options;
  }

  public static ReadInput of(ReadOptions options) {
    return new ReadInput(options, Optional.empty());
  }

  /** Begins to read when {@code value} is complete. */
  ReadInput after(PCollection<?> value) {
    return new ReadInput(options, Optional.of(value));
  }

  @Override
  public PCollectionTuple expand(PBegin begin) {
    PCollection<String> input = begin.apply("Name the input", Create.of(options.path()));
    PCollectionTuple read =
        signal
            .map(complete -> input.apply("Wait", Wait.on(complete)))
            .orElse(input)
            .apply("Find splits", ParDo.of(new FindSplits(options)))
            .setCoder(SerializableCoder.of(InputSplit.class))
            .apply("Spread splits", Reshuffle.viaRandomKey())
            .apply(
                "Read rows",
                ParDo.of(new ReadSplit(options)).withOutputTags(ROWS, TupleTagList.of(FILES)));
    read.get(ROWS).setCoder(RowCoders.ROW);
    read.get(FILES).setCoder(SerializableCoder.of(FileRows.class));
    return read;
  }

  static final class FindSplits extends DoFn<String, InputSplit> {
    private final ReadOptions options;
    private transient StorageUse use;

    FindSplits(ReadOptions options) {
      this.options = options;
    }

    @Setup
    public void begin() {
      use = StorageUse.begin();
    }

    @ProcessElement
    public void process(OutputReceiver<InputSplit> splits) throws IOException {
      for (SourceFile file : SourceFiles.list(options).files()) {
        InputSplit.of(file, options).forEach(splits::output);
      }
    }

    @Teardown
    public void end() {
      if (use != null) {
        use.close();
      }
    }
  }

  static final class ReadSplit extends DoFn<InputSplit, Row> {
    private final ReadOptions options;
    private transient StorageUse use;

    ReadSplit(ReadOptions options) {
      this.options = options;
    }

    @Setup
    public void begin() {
      use = StorageUse.begin();
    }

    @ProcessElement
    public void process(@Element InputSplit split, MultiOutputReceiver out) throws IOException {
      RowSum sum = RowSum.NONE;
      try (RowReader reader = RowReader.open(split, options)) {
        for (Optional<Row> row = reader.next(); row.isPresent(); row = reader.next()) {
          sum = sum.plus(RowSum.of(row.get()));
          out.get(ROWS).output(row.get());
        }
      }
      out.get(FILES).output(new FileRows(split.file().label(), sum));
    }

    @Teardown
    public void end() {
      if (use != null) {
        use.close();
      }
    }
  }
}
