package dev.espalier.io.read;

import dev.espalier.io.FileProblemException;
import dev.espalier.io.read.CsvRecords.Csv;
import dev.espalier.io.read.RowMaker.Position;
import dev.espalier.row.Row;
import dev.espalier.row.RowError;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * CSV by RFC 4180 with a header. All values are text, an empty cell is the empty text; empty lines
 * are no rows. A column without a name, such as pandas writes for its index, is no field. Each cell
 * is decoded as UTF-8 by itself: bytes that are not UTF-8 damage their own row alone.
 */
final class CsvReader implements RowReader {
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
  private static final String RULES =
      "Write CSV by RFC 4180 with a header: cells with commas, quotes or line breaks in double"
          + " quotes, a quote doubled";
  private static final String MEND = "Put the cell into double quotes, and double each quote in it";
  private static final String TOO_MANY =
      "Put a cell that holds a comma into double quotes, or give each cell a column in the header";
  private static final String TOO_FEW =
      "Write a comma for each cell, also for an empty one, and put a cell that holds a line break"
          + " into double quotes";

  private final CsvRecords records;
  private final RowMaker rows;
  private final List<String> header; // "" for a column without a name
  private long row; // from 1

  private CsvReader(CsvRecords records, RowMaker rows) throws IOException {
    this.records = records;
    this.rows = rows;
    Optional<Csv> first = records.next();
    this.header = first.isPresent() ? header(first.get()) : List.of();
    if (first.isPresent()) {
      checkIdColumn(first.get());
    }
  }

  static CsvReader open(InputStream in, RowMaker rows) throws IOException {
    in.mark(BYTE_ORDER_MARK.length);
    if (!Arrays.equals(in.readNBytes(BYTE_ORDER_MARK.length), BYTE_ORDER_MARK)) {
      in.reset();
    }
    CsvRecords records = new CsvRecords(in);
    try {
      return new CsvReader(records, rows);
    } catch (IOException e) {
      records.close();
      throw e;
    }
  }

  @Override
  public Optional<Row> next() throws IOException {
    for (Optional<Csv> found = records.next(); found.isPresent(); found = records.next()) {
      List<byte[]> cells = found.get().cells();
      boolean blank = cells.size() == 1 && cells.get(0).length == 0;
      if (!blank || header.size() == 1) {
        row++;
        return Optional.of(row(found.get()));
      }
    }
    return Optional.empty();
  }

  private Row row(Csv record) throws IOException {
    String label = rows.file().label();
    String place = rows.file().path() + ":" + record.line();
    Position position =
        new Position(label + "#" + row, "line " + record.line() + ": ", () -> place);
    if (record.fault().isPresent()) {
      return rows.bad(record.fault().get(), "", MEND, Map.of(), position);
    }
    List<byte[]> cells = record.cells();
    Map<String, Object> fields = new LinkedHashMap<>();
    Optional<RowError> error = Optional.empty();
    for (int i = 0; i < Math.min(header.size(), cells.size()); i++) {
      String name = header.get(i);
      if (name.isEmpty()) {
        continue;
      }
      byte[] bytes = cells.get(i);
      Utf8.Decoded cell = Utf8.decode(bytes);
      fields.put(name, cell.text());
      if (cell.invalidAt() >= 0 && error.isEmpty()) {
        error = Optional.of(Utf8.invalid(bytes, cell, "column \"" + name + "\""));
      }
    }
    if (cells.size() != header.size()) {
      String problem =
          cells.size()
              + (cells.size() == 1 ? " cell" : " cells")
              + " where the header has "
              + header.size();
      String remedy = cells.size() < header.size() ? TOO_FEW : TOO_MANY;
      return rows.bad(problem, "", remedy, fields, position);
    }
    return rows.row(fields, position, error);
  }

  private List<String> header(Csv first) throws IOException {
    if (first.fault().isPresent()) {
      throw problem(first, first.fault().get(), RULES);
    }
    List<String> names = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (byte[] cell : first.cells()) {
      Utf8.Decoded name = Utf8.decode(cell);
      if (name.invalidAt() >= 0) {
        String place = "the name of column " + (names.size() + 1);
        throw problem(first, Utf8.invalid(cell, name, place).message(), "Write the file as UTF-8");
      }
      if (!name.text().isEmpty() && !seen.add(name.text())) {
        throw problem(
            first,
            "two columns are named \"" + name.text() + "\"",
            "Give each column a name of its own");
      }
      names.add(name.text());
    }
    if (looksLikeJson(names)) {
      throw problem(first, "not CSV but JSON", "Name it .jsonl, with one object a line");
    }
    if (seen.isEmpty()) {
      throw problem(first, "no column has a name", RULES);
    }
    return names;
  }

  private static boolean looksLikeJson(List<String> names) {
    String first = names.get(0).strip();
    return first.startsWith("{\"")
        || first.startsWith("[{")
        || (names.size() == 1 && (first.equals("[") || first.equals("{")));
  }

  private void checkIdColumn(Csv first) throws IOException {
    Optional<String> missing = rows.missingId(columns());
    if (missing.isEmpty()) {
      return;
    }
    boolean otherSeparator = header.size() == 1 && header.get(0).matches("(?s).*[;\\t|].*");
    throw problem(
        first,
        missing.get(),
        otherSeparator ? "Separate the cells by commas" : "Name a column as id that is there");
  }

  private FileProblemException problem(Csv record, String what, String remedy) {
    return new FileProblemException(rows.file().path() + ":" + record.line() + ": " + what, remedy);
  }

  @Override
  public List<String> columns() {
    return header.stream().filter(name -> !name.isEmpty()).toList();
  }

  @Override
  public long position() {
    return records.offset();
  }

  @Override
  public void close() throws IOException {
    records.close();
  }
}
