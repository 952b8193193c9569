package dev.espalier.io.read;

import dev.espalier.io.storage.Storage;
import dev.espalier.row.Row;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.SeekableInputStream;

/** The rows of one split, one after the other. */
interface RowReader extends Closeable {

  /**
   * The next row, empty after the last.
   *
   * @throws dev.espalier.io.FileProblemException if the file is not what its format promises
   */
  Optional<Row> next() throws IOException;

  /** Opens the reader for the format of the split's file. */
  static RowReader open(InputSplit split, ReadOptions options) throws IOException {
    SourceFile file = split.file();
    Storage storage = options.storage().open(file.path());
    InputFile input = storage.input(file.path());
    RowMaker rows = new RowMaker(options, file);
    return switch (file.format()) {
      case JSONL -> JsonlReader.open(split, input, rows);
      case CSV -> CsvReader.open(decompressed(input, file), rows);
      case PARQUET -> ParquetRowReader.open(split, input, rows);
    };
  }

  /** The content of a text file from its beginning. */
  static InputStream decompressed(InputFile input, SourceFile file) throws IOException {
    SeekableInputStream stream = input.newStream();
    try {
      return new BufferedInputStream(file.compression().decompress(stream, file.path()), 1 << 16);
    } catch (IOException e) {
      stream.close();
      throw e;
    }
  }
}
