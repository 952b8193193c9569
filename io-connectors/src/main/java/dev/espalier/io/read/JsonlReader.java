package dev.espalier.io.read;

import dev.espalier.io.read.RowMaker.Position;
import dev.espalier.row.Row;
import dev.espalier.row.RowError;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.SeekableInputStream;

/** The lines that begin in a range of bytes. Blank lines are no rows. */
final class JsonlReader implements RowReader {
  private static final String ONE_OBJECT = "Check that the file has one JSON object a line";
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
      Optional<byte[]> bytes;
      try {
        bytes = lines.next();
      } catch (LineReader.LineTooLongException e) {
        line++;
        lines.skip();
        return Optional.of(
            rows.bad(e.getMessage(), "", ONE_OBJECT, Map.of(), position(start, line, "")));
      }
      if (bytes.isEmpty()) {
        return Optional.empty();
      }
      line++;
      if (!isBlank(bytes.get(), start == 0 ? textStart(bytes.get()) : 0)) {
        return Optional.of(row(bytes.get(), start, position(start, line, "")));
      }
    }
    return Optional.empty();
  }

  @Override
  public long position() {
    return lines.offset();
  }

  private Row row(byte[] bytes, long start, Position position) throws IOException {
    Utf8.Decoded decoded = Utf8.decode(bytes);
    String text = decoded.text();
    if (start == 0 && text.charAt(0) == BYTE_ORDER_MARK) {
      text = text.substring(1);
    }
    Optional<RowError> error =
        decoded.invalidAt() < 0
            ? Optional.empty()
            : Optional.of(Utf8.invalid(bytes, decoded, "the line"));
    JsonObjects.Parsed parsed;
    try {
      parsed = JsonObjects.parse(text);
    } catch (JsonObjects.NotAnObjectException e) {
      if (error.isPresent()) {
        return rows.row(new LinkedHashMap<>(), position, error);
      }
      JsonFault fault = e.fault();
      return rows.bad(
          "not a JSON object: " + fault.problem(),
          excerpt(text, fault.column()),
          fault.remedy(),
          Map.of(),
          position(start, line, ":" + fault.column()));
    }
    if (error.isEmpty()) {
      error = parsed.halfSurrogate().map(JsonlReader::halfSurrogate);
    }
    return rows.row(parsed.fields(), position, error);
  }

  private static RowError halfSurrogate(String field) {
    return new RowError(
        RowError.INVALID_TEXT, "the field \"" + field + "\" holds half a surrogate pair", "");
  }

  private Position position(long start, long lineInSplit, String column) {
    String label = split.file().label();
    String id = rows.idsArePositions() ? label + "#" + lineInSplit : label + "@" + start;
    // The id tells the line.
    String inFile = column.isEmpty() ? "" : "character " + column.substring(1) + ": ";
    return new Position(
        id,
        inFile,
        () -> split.file().path() + ":" + (linesBefore(split.start()) + lineInSplit) + column);
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

  /** Past a byte order mark. */
  private static int textStart(byte[] line) {
    return line.length >= 3
            && line[0] == (byte) 0xEF
            && line[1] == (byte) 0xBB
            && line[2] == (byte) 0xBF
        ? 3
        : 0;
  }

  private static boolean isBlank(byte[] line, int from) {
    for (int i = from; i < line.length; i++) {
      if (line[i] != ' ' && line[i] != '\t' && line[i] != '\r') {
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
