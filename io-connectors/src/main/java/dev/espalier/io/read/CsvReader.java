package dev.espalier.io.read;

import dev.espalier.io.FileProblemException;
import dev.espalier.io.read.RowMaker.Position;
import dev.espalier.row.Row;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * CSV by RFC 4180 with a header. All values are text, an empty cell is the empty text; empty lines
 * are no rows. The file is parsed as Latin-1, where every byte is a character, and each cell is
 * then decoded as UTF-8: bytes that are not UTF-8 damage their own row alone.
 */
final class CsvReader implements RowReader {
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  private final CSVParser parser;
  private final Iterator<CSVRecord> records;
  private final RowMaker rows;
  private final List<String> header;
  private long row; // from 1

  private CsvReader(CSVParser parser, RowMaker rows) throws IOException {
    this.parser = parser;
    this.records = parser.iterator();
    this.rows = rows;
    Optional<CSVRecord> first = nextRecord();
    this.header = first.isPresent() ? header(first.get()) : List.of();
  }

  static CsvReader open(InputStream in, RowMaker rows) throws IOException {
    in.mark(BYTE_ORDER_MARK.length);
    if (!Arrays.equals(in.readNBytes(BYTE_ORDER_MARK.length), BYTE_ORDER_MARK)) {
      in.reset();
    }
    CSVParser parser =
        CSVParser.parse(new InputStreamReader(in, StandardCharsets.ISO_8859_1), CSVFormat.RFC4180);
    try {
      return new CsvReader(parser, rows);
    } catch (IOException e) {
      parser.close();
      throw e;
    }
  }

  @Override
  public Optional<Row> next() throws IOException {
    while (true) {
      long line = parser.getCurrentLineNumber() + 1;
      Optional<CSVRecord> found = nextRecord();
      if (found.isEmpty()) {
        return Optional.empty();
      }
      CSVRecord cells = found.get();
      boolean blank = cells.size() == 1 && cells.get(0).isEmpty();
      if (!blank || header.size() == 1) {
        row++;
        return Optional.of(row(cells, line));
      }
    }
  }

  private Row row(CSVRecord cells, long line) throws IOException {
    String label = rows.file().label();
    String path = rows.file().path();
    Position position = new Position(label + "#" + row, () -> path + ":" + line);
    Map<String, Object> fields = new LinkedHashMap<>();
    Optional<String> invalidUtf8 = Optional.empty();
    for (int i = 0; i < Math.min(header.size(), cells.size()); i++) {
      byte[] bytes = cells.get(i).getBytes(StandardCharsets.ISO_8859_1);
      Utf8.Decoded cell = Utf8.decode(bytes);
      fields.put(header.get(i), cell.text());
      if (cell.invalidAt() >= 0 && invalidUtf8.isEmpty()) {
        invalidUtf8 =
            Optional.of(
                "byte %s at offset %d of column \"%s\" is not UTF-8"
                    .formatted(Utf8.hex(bytes[cell.invalidAt()]), cell.invalidAt(), header.get(i)));
      }
    }
    if (cells.size() != header.size()) {
      String problem = "%d cells where the header has %d".formatted(cells.size(), header.size());
      return rows.bad(problem, "", fields, position);
    }
    return rows.row(fields, position, invalidUtf8);
  }

  private List<String> header(CSVRecord first) throws IOException {
    List<String> names = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (String cell : first) {
      String name = Utf8.decode(cell.getBytes(StandardCharsets.ISO_8859_1)).text();
      if (name.isEmpty()) {
        throw problem("column " + (names.size() + 1) + " has no name", null);
      }
      if (!seen.add(name)) {
        throw problem("two columns are named \"" + name + "\"", null);
      }
      names.add(name);
    }
    return names;
  }

  private Optional<CSVRecord> nextRecord() throws IOException {
    try {
      return records.hasNext() ? Optional.of(records.next()) : Optional.empty();
    } catch (UncheckedIOException | IllegalStateException e) {
      if (e.getCause() instanceof FileProblemException problem) {
        throw problem;
      }
      throw problem("not CSV: " + message(e), e);
    }
  }

  private FileProblemException problem(String what, Throwable cause) {
    return new FileProblemException(
        rows.file().path() + ":" + Math.max(1, parser.getCurrentLineNumber()) + ": " + what,
        "Write CSV by RFC 4180 with a header: cells with commas, quotes or line breaks in double"
            + " quotes, a quote doubled",
        cause);
  }

  private static String message(Throwable e) {
    return e.getCause() == null ? e.getMessage() : e.getCause().getMessage();
  }

  @Override
  public void close() throws IOException {
    parser.close();
  }
}
