package dev.espalier.io.record;

import dev.espalier.io.FileProblemException;
import dev.espalier.io.parquet.ParquetFile;
import dev.espalier.io.storage.Storage;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.MessageColumnIO;
import org.apache.parquet.schema.MessageType;

/** Reads a file of records in their order. Not thread-safe. */
public final class RecordReader implements Closeable {
  private static final String REMEDY = "Remove it; what it held is made again";

  private final String path;
  private final RecordValues values;
  private final MessageType read;
  private final ParquetFile file;
  private final MessageColumnIO columns;
  private int group;
  private long left;
  private org.apache.parquet.io.RecordReader<RecordValues> reader;

  private RecordReader(String path, RecordSchema read, ParquetFile file) {
    this.path = path;
    this.values = new RecordValues(read.fields());
    this.read = read.message();
    this.file = file;
    this.columns = new ColumnIOFactory(file.writer()).getColumnIO(this.read, file.schema());
  }

  /**
   * @throws FileProblemException if it is damaged, or of other records
   */
  public static RecordReader open(Storage storage, String path, RecordSchema schema)
      throws IOException {
    return open(storage, path, schema, schema);
  }

  /**
   * Reads some of the fields alone.
   *
   * @param read some fields of {@code schema}, in its order
   * @throws FileProblemException if the file is damaged, or of other records
   */
  public static RecordReader open(
      Storage storage, String path, RecordSchema schema, RecordSchema read) throws IOException {
    ParquetFile file = ParquetFile.open(path, storage.input(path));
    if (!file.schema().equals(schema.message())) {
      file.close();
      throw new FileProblemException(path + ": holds other records", REMEDY);
    }
    return new RecordReader(path, read, file);
  }

  /**
   * The values of the next record, in the order of its fields; empty at the end.
   *
   * @throws FileProblemException if the file is damaged there
   */
  public Optional<List<Object>> next() throws IOException {
    return next(Optional.empty());
  }

  /**
   * The same of the next record whose first field, a text, is not passed over.
   *
   * @throws FileProblemException if the file is damaged on the way
   */
  public Optional<List<Object>> next(Predicate<String> passedOver) throws IOException {
    return next(Optional.of(passedOver));
  }

  private Optional<List<Object>> next(Optional<Predicate<String>> passedOver) throws IOException {
    try {
      while (advance()) {
        if (passedOver.isEmpty() || !passedOver.get().test((String) values.value(0))) {
          return Optional.of(values.all());
        }
      }
      return Optional.empty();
    } catch (RuntimeException e) {
      throw new FileProblemException(path + ": damaged: " + e.getMessage(), REMEDY, e);
    }
  }

  private boolean advance() throws IOException {
    while (left == 0) {
      if (group == file.rowGroups()) {
        return false;
      }
      left = file.rows(group);
      if (left > 0) {
        reader = columns.getRecordReader(file.read(group, read), values);
      }
      group++;
    }
    left--;
    reader.read();
    return true;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
