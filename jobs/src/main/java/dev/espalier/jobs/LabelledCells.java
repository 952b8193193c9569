package dev.espalier.jobs;

import dev.espalier.row.ExternalSorter;
import dev.espalier.row.Row;
import dev.espalier.row.RowCoders;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.beam.sdk.coders.ByteArrayCoder;

/**
 * Some columns of rows, sorted by id in bounded memory. Not thread-safe.
 *
 * <p>A cell is null, a text or a number; what is neither reads as text.
 */
final class LabelledCells implements Closeable {
  private static final long MEMORY_BYTES = 32L << 20;

  /** Rows of JSON can have names without end; so many are kept to propose one of them. */
  private static final int NAMES_KEPT = 1000;

  private static final byte NULL = 0;
  private static final byte TEXT = 1;
  private static final byte NUMBER = 2;

  private final String source;
  private final List<String> columns;
  private final ExternalSorter<String, byte[]> sorter;
  private final Set<String> fields = new LinkedHashSet<>();
  private final Set<String> missing;

  /** The cells of a row. */
  record Cells(String id, List<Object> values) {}

  /** The rows in the order of their ids' UTF-16 codes. */
  interface Sorted {
    /**
     * @throws ConfigurationException if two rows have one id
     */
    Optional<Cells> next() throws IOException, ConfigurationException;
  }

  LabelledCells(String source, List<String> columns) {
    this(source, columns, MEMORY_BYTES);
  }

  /**
   * @param source of the rows, for messages
   * @param memoryBytes of cells to hold before some are put on the disk
   */
  LabelledCells(String source, List<String> columns, long memoryBytes) {
    this.source = source;
    this.columns = List.copyOf(columns);
    this.sorter =
        new ExternalSorter<>(
            Comparator.naturalOrder(), RowCoders.TEXT, ByteArrayCoder.of(), memoryBytes);
    this.missing = new LinkedHashSet<>(columns);
  }

  void add(Row row) {
    missing.removeAll(row.fields().keySet());
    for (String field : row.fields().keySet()) {
      if (fields.size() < NAMES_KEPT) {
        fields.add(field);
      }
    }
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      DataOutputStream out = new DataOutputStream(bytes);
      for (String column : columns) {
        write(row.fields().get(column), out);
      }
      sorter.add(row.id(), bytes.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Columns that no row had. */
  Set<String> missing() {
    return missing;
  }

  /** Names of fields that were met, the first thousand. */
  Set<String> fields() {
    return fields;
  }

  /** The rows; nothing can be added any more. */
  Sorted sorted() {
    Iterator<Map.Entry<String, byte[]>> entries = sorter.sorted();
    String[] last = new String[1];
    return () -> {
      if (!entries.hasNext()) {
        return Optional.empty();
      }
      Map.Entry<String, byte[]> entry = entries.next();
      if (entry.getKey().equals(last[0])) {
        throw new ConfigurationException(
            source, "two rows have the id " + entry.getKey(), "keep one of them");
      }
      last[0] = entry.getKey();
      return Optional.of(new Cells(entry.getKey(), read(entry.getValue())));
    };
  }

  private List<Object> read(byte[] bytes) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    List<Object> cells = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      byte kind = in.readByte();
      String text =
          kind == NULL ? null : new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
      cells.add(kind == NUMBER ? new BigDecimal(text) : text);
    }
    return cells;
  }

  private static void write(Object value, DataOutputStream out) throws IOException {
    if (value == null) {
      out.writeByte(NULL);
      return;
    }
    boolean finite =
        value instanceof Number
            && !(value instanceof Double number && (number.isNaN() || number.isInfinite()));
    out.writeByte(finite ? NUMBER : TEXT);
    byte[] text = value.toString().getBytes(StandardCharsets.UTF_8);
    out.writeInt(text.length);
    out.write(text);
  }

  @Override
  public void close() throws IOException {
    sorter.close();
  }
}
