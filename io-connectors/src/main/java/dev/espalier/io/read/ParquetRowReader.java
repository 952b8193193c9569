package dev.espalier.io.read;

import dev.espalier.io.FileProblemException;
import dev.espalier.io.parquet.DamagedColumnException;
import dev.espalier.io.parquet.ParquetFile;
import dev.espalier.io.parquet.RowGroupPages;
import dev.espalier.io.read.RowMaker.Position;
import dev.espalier.row.Row;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.MessageColumnIO;
import org.apache.parquet.io.RecordReader;

/** The rows of a range of row groups; one row group's pages are in memory at a time. */
final class ParquetRowReader implements RowReader {
  /** The decoders tell the column in their message alone. */
  private static final Pattern COLUMN = Pattern.compile("(?:column|col) \\[([^\\]]*)\\]");

  private final ParquetFile file;
  private final RowMaker rows;
  private final ParquetRowMaterializer materializer;
  private final MessageColumnIO columns;
  private final long endGroup;
  private int group; // the next
  private long row; // rows of the file before the next
  private long left; // rows of the current group not yet read
  private RowGroupPages pages; // of the current group, null once its rows are read
  private RecordReader<Map<String, Object>> reader;

  private ParquetRowReader(ParquetFile file, InputSplit split, RowMaker rows, boolean pythonTexts) {
    this.file = file;
    this.rows = rows;
    this.materializer = new ParquetRowMaterializer(file.schema(), pythonTexts);
    this.columns = new ColumnIOFactory(file.writer()).getColumnIO(file.schema());
    this.endGroup = Math.min(split.end(), file.rowGroups());
    this.group = (int) split.start();
    for (int before = 0; before < group; before++) {
      row += file.rows(before);
    }
  }

  static ParquetRowReader open(
      InputSplit split, InputFile input, RowMaker rows, boolean pythonTexts) throws IOException {
    ParquetFile file = ParquetFile.open(split.file().path(), input);
    try {
      ParquetScalars.checkSupported(split.file().path(), file.schema());
      return new ParquetRowReader(file, split, rows, pythonTexts);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  @Override
  public Optional<Row> next() throws IOException {
    while (left == 0) {
      checkEnd();
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
    Position position = new Position(label + "#" + number, () -> path + ": row " + number);
    if (materializer.problem().isPresent()) {
      return Optional.of(
          rows.bad(materializer.problem().get(), "", RowMaker.MEND, fields, position));
    }
    return Optional.of(rows.row(fields, position, materializer.invalidUtf8()));
  }

  private void openGroup() throws IOException {
    long count = file.rows(group);
    if (count == 0) {
      group++;
      return;
    }
    try {
      pages = file.read(group);
      reader = columns.getRecordReader(pages, materializer);
      left = count;
      group++;
    } catch (RuntimeException e) {
      throw damaged(e);
    } catch (FileProblemException e) {
      throw e;
    } catch (IOException e) {
      throw new IOException(
          "%s: row group %s: cannot be read: %s"
              .formatted(rows.file().path(), group, e.getMessage()),
          e);
    }
  }

  private void checkEnd() throws IOException {
    if (pages == null) {
      return;
    }
    try {
      pages.checkEnd();
      pages = null;
    } catch (RuntimeException e) {
      throw damaged(e);
    }
  }

  private FileProblemException damaged(RuntimeException e) {
    int current = left == 0 ? group : group - 1;
    String place = "row %s cannot be decoded".formatted(row + 1);
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof DamagedColumnException column) {
        return file.damaged(current, column.column(), column.getMessage(), e);
      }
      Matcher column = COLUMN.matcher(String.valueOf(cause.getMessage()));
      if (column.find()) {
        return file.damaged(current, column.group(1).replace(", ", "."), place, e);
      }
    }
    return new FileProblemException(
        "%s: row group %s, %s".formatted(rows.file().path(), current, place),
        "Write the file again; it is damaged",
        e);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
