package dev.espalier.io.read;

import dev.espalier.io.FileProblemException;
import dev.espalier.io.read.RowMaker.Position;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.MessageColumnIO;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.MessageType;

/** The rows of a range of row groups; one row group's pages are in memory at a time. */
final class ParquetRowReader implements RowReader {
  private final ParquetFileReader file;
  private final RowMaker rows;
  private final ParquetRowMaterializer materializer;
  private final MessageColumnIO columns;
  private final long endGroup;
  private int group;
  private long row; // rows of the file before the next
  private long left; // rows of the current group not yet read
  private RecordReader<Map<String, Object>> reader;

  private ParquetRowReader(ParquetFileReader file, InputSplit split, RowMaker rows) {
    this.file = file;
    this.rows = rows;
    MessageType schema = file.getFileMetaData().getSchema();
    this.materializer = new ParquetRowMaterializer(schema);
    this.columns = new ColumnIOFactory().getColumnIO(schema);
    this.endGroup = Math.min(split.end(), file.getRowGroups().size());
    this.group = (int) split.start();
    for (int before = 0; before < group; before++) {
      row += file.getRowGroups().get(before).getRowCount();
    }
  }

  static ParquetRowReader open(InputSplit split, InputFile input, RowMaker rows)
      throws IOException {
    return new ParquetRowReader(ParquetFiles.open(split.file().path(), input), split, rows);
  }

  @Override
  public Optional<InputRecord> next() throws IOException {
    while (left == 0) {
      if (group >= endGroup) {
        return Optional.empty();
      }
      openGroup();
    }
    Map<String, Object> fields;
    try {
      fields = reader.read();
    } catch (RuntimeException e) {
      throw damaged(e);
    }
    left--;
    row++;
    String label = rows.file().label();
    String path = rows.file().path();
    long number = row;
    Position position =
        new Position(
            label + "#" + number, label + ":row " + number, () -> path + ": row " + number);
    return Optional.of(rows.row(fields, position, materializer.invalidUtf8()));
  }

  private void openGroup() throws IOException {
    try {
      PageReadStore pages = file.readRowGroup(group);
      left = pages.getRowCount();
      reader = columns.getRecordReader(pages, materializer);
      group++;
    } catch (RuntimeException e) {
      throw damaged(e);
    } catch (IOException e) {
      throw new IOException(place() + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private FileProblemException damaged(RuntimeException e) {
    return new FileProblemException(
        place() + ": the pages cannot be decoded: " + e, "Write the file again; it is damaged", e);
  }

  private String place() {
    int current = left == 0 ? group : group - 1;
    return "%s: row group %d, row %d".formatted(rows.file().path(), current, row + 1);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
