package dev.espalier.io.read;

import dev.espalier.io.FileProblemException;
import dev.espalier.io.read.RowMaker.Position;
import dev.espalier.row.Row;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.SeekableInputStream;

/** The lines that begin in a range of bytes. Blank lines are no rows. */
final class JsonlReader implements RowReader {
  private static final int EXCERPT_CHARACTERS = 60;
  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private final InputSplit split;
  private final InputFile input;
  private final RowMaker rows;
  private final LineReader lines;
  private long line; // from 1; counts from the split's beginning

  private JsonlReader(InputSplit split, InputFile input, RowMaker rows, LineReader lines) {
    this.split = split;
    this.input = input;
    this.rows = rows;
    this.lines = lines;
  }

  static JsonlReader open(InputSplit split, InputFile input, RowMaker rows) throws IOException {
    if (split.start() == 0) {
      InputStream in = RowReader.decompressed(input, split.file());
      return new JsonlReader(split, input, rows, new LineReader(in, 0));
    }
    SeekableInputStream in = input.newStream();
    // From the byte before: if that ends a line, the split begins with a line.
    in.seek(split.start() - 1);
    LineReader lines = new LineReader(in, split.start() - 1);
    lines.skip();
    return new JsonlReader(split, input, rows, lines);
  }

  @Override
  public Optional<Row> next() throws IOException {
    while (lines.offset() < split.end()) {
      long start = lines.offset();
      Optional<byte[]> bytes = line(start);
      if (bytes.isEmpty()) {
        return Optional.empty();
      }
      line++;
      if (!isBlank(bytes.get())) {
        return Optional.of(row(bytes.get(), start, position(start, line, "")));
      }
    }
    return Optional.empty();
  }

  private Optional<byte[]> line(long start) throws IOException {
    try {
      return lines.next();
    } catch (LineReader.LineTooLongException e) {
      throw new FileProblemException(
          position(start, line + 1, "").line().find() + ": " + e.getMessage(),
          "Check that the file has one JSON object a line",
          e);
    }
  }

  private Row row(byte[] bytes, long start, Position position) throws IOException {
    Utf8.Decoded decoded = Utf8.decode(bytes);
    String text = decoded.text();
    if (start == 0 && text.charAt(0) == BYTE_ORDER_MARK) {
      text = text.substring(1);
    }
    Optional<String> invalidUtf8 =
        decoded.invalidAt() < 0
            ? Optional.empty()
            : Optional.of(
                "byte %s at offset %d of the line is not UTF-8"
                    .formatted(Utf8.hex(bytes[decoded.invalidAt()]), decoded.invalidAt()));
    Map<String, Object> fields;
    try {
      fields = JsonObjects.parse(text);
    } catch (JsonObjects.NotAnObjectException e) {
      if (invalidUtf8.isPresent()) {
        return rows.row(new LinkedHashMap<>(), position, invalidUtf8);
      }
      return rows.bad(
          e.getMessage(),
          excerpt(text, e.column()),
          Map.of(),
          position(start, line, ":" + e.column()));
    }
    return rows.row(fields, position, invalidUtf8);
  }

  private Position position(long start, long lineInSplit, String column) {
    String label = split.file().label();
    String id = rows.idsArePositions() ? label + "#" + lineInSplit : label + "@" + start;
    return new Position(
        id, () -> split.file().path() + ":" + (linesBefore(split.start()) + lineInSplit) + column);
  }

  /** Lines that begin before the split's first. */
  private long linesBefore(long end) throws IOException {
    if (end == 0) {
      return 0;
    }
    long count = 0;
    try (LineReader before = new LineReader(input.newStream(), 0)) {
      while (before.offset() < end) {
        before.skip();
        count++;
      }
    }
    return count;
  }

  private static boolean isBlank(byte[] line) {
    for (byte b : line) {
      if (b != ' ' && b != '\t' && b != '\r') {
        return false;
      }
    }
    return true;
  }

  /** The text around a column, on one line. */
  private static String excerpt(String text, int column) {
    int from = Math.max(0, Math.min(text.length(), column - 1) - EXCERPT_CHARACTERS / 2);
    int to = Math.min(text.length(), from + EXCERPT_CHARACTERS);
    String around = text.substring(from, to).replaceAll("\\p{Cntrl}", " ");
    return (from > 0 ? "…" : "") + around + (to < text.length() ? "…" : "");
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
