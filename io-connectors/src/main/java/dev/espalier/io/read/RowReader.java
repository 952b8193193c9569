package dev.espalier.io.read;

import dev.espalier.io.FileContent;
import dev.espalier.io.FileProblemException;
import dev.espalier.io.storage.Storage;
import dev.espalier.row.Row;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
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
      case PARQUET -> ParquetRowReader.open(split, input, rows, options.pythonTexts());
    };
  }

  /** The names of the fields that every row has, where the file tells them before its rows. */
  default List<String> columns() {
    return List.of();
  }

  /** Bytes of the content that were read so far, decompressed; 0 where that is not counted. */
  default long position() {
    return 0;
  }

  /**
   * The content of a text file from its beginning.
   *
   * @throws FileProblemException if it holds no text in UTF-8
   */
  static InputStream decompressed(InputFile input, SourceFile file) throws IOException {
    SeekableInputStream stream = input.newStream();
    try {
      InputStream content =
          new BufferedInputStream(file.compression().decompress(stream, file.path()), 1 << 16);
      content.mark(FileContent.HEAD_BYTES);
      Optional<FileContent> other = FileContent.of(content.readNBytes(FileContent.HEAD_BYTES));
      if (other.isPresent()) {
        throw new FileProblemException(
            "%s: not %s but %s".formatted(file.path(), file.format().title(), other.get().name()),
            other.get().remedy());
      }
      content.reset();
      return content;
    } catch (IOException e) {
      stream.close();
      throw e;
    }
  }
}
