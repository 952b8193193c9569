package dev.espalier.io.record;

import dev.espalier.io.FileProblemException;
import dev.espalier.io.parquet.ParquetFile;
import dev.espalier.io.storage.Storage;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.MessageColumnIO;

/** Reads a file of records in their order. Not thread-safe. */
public final class RecordReader implements Closeable {
  private static final String REMEDY = "Remove it; what it held is made again";

  private final String path;
  private final RecordSchema schema;
  private final ParquetFile file;
  private final MessageColumnIO columns;
  private int group;
  private long left;
  private org.apache.parquet.io.RecordReader<Group> reader;

  private RecordReader(String path, RecordSchema schema, ParquetFile file) {
    this.path = path;
    this.schema = schema;
    this.file = file;
    this.columns = new ColumnIOFactory(file.writer()).getColumnIO(file.schema());
  }

  /**
   * @throws FileProblemException if it is damaged, or of other records
   */
  public static RecordReader open(Storage storage, String path, RecordSchema schema)
      throws IOException {
    ParquetFile file = ParquetFile.open(path, storage.input(path));
    if (!file.schema().equals(schema.message())) {
      file.close();
      throw new FileProblemException(path + ": holds other records", REMEDY);
    }
    return new RecordReader(path, schema, file);
  }

  /**
   * The values of the next record, in the order of its fields; empty at the end.
   *
   * @throws FileProblemException if the file is damaged there
   */
  public Optional<List<Object>> next() throws IOException {
    try {
      while (left == 0) {
        if (group == file.rowGroups()) {
          return Optional.empty();
        }
        left = file.rows(group);
        if (left > 0) {
          reader =
              columns.getRecordReader(file.read(group), new GroupRecordConverter(file.schema()));
        }
        group++;
      }
      left--;
      return Optional.of(values(reader.read()));
    } catch (RuntimeException e) {
      throw new FileProblemException(path + ": damaged: " + e.getMessage(), REMEDY, e);
    }
  }

  private List<Object> values(Group record) {
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < schema.fields().size(); i++) {
      values.add(
          switch (schema.fields().get(i).kind()) {
            case TEXT -> record.getString(i, 0);
            case INTEGER, TIME -> record.getLong(i, 0);
            case FLAG -> record.getBoolean(i, 0);
            case BYTES -> record.getBinary(i, 0).getBytes();
            case NUMBER -> record.getDouble(i, 0);
            case TEXTS -> list(record.getGroup(i, 0), item -> item.getString(0, 0));
            case NUMBERS -> list(record.getGroup(i, 0), item -> item.getDouble(0, 0));
            case FLAGS -> list(record.getGroup(i, 0), item -> item.getBoolean(0, 0));
          });
    }
    return values;
  }

  private static <T> List<T> list(Group list, Function<Group, T> item) {
    List<T> items = new ArrayList<>();
    for (int i = 0; i < list.getFieldRepetitionCount(0); i++) {
      items.add(item.apply(list.getGroup(0, i)));
    }
    return items;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
