package dev.espalier.row;

import java.util.AbstractMap;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The fields of a row, which writes down what is read of them: a field, there or not, that is asked
 * for by its name; the names of all; or, if the values are gone through, all fields and their
 * names. Cannot be changed. Thread-safe.
 */
public final class RecordedFields extends AbstractMap<String, Object> {
  private final Row row;
  private final Map<String, Object> fields;
  private final Set<String> read = Collections.synchronizedSet(new TreeSet<>());
  private volatile boolean names;

  private RecordedFields(Row row) {
    this.row = row;
    this.fields = row.fields();
  }

  /** The same row, of which {@link #reads} tells what was read. */
  public static Row of(Row row) {
    return row.withFields(new RecordedFields(row));
  }

  /** What was read of a row that {@link #of} gave; all of any other. */
  public static RowReads reads(Row row) {
    if (row.fields() instanceof RecordedFields recorded) {
      synchronized (recorded.read) {
        return RowReads.of(recorded.row, recorded.read, recorded.names);
      }
    }
    return RowReads.ofAll(row);
  }

  @Override
  public Object get(Object key) {
    note(key);
    return fields.get(key);
  }

  @Override
  public boolean containsKey(Object key) {
    note(key);
    return fields.containsKey(key);
  }

  /** A key that is no name is in no row. */
  private void note(Object key) {
    if (key instanceof String name) {
      read.add(name);
    }
  }

  @Override
  public int size() {
    names = true;
    return fields.size();
  }

  @Override
  public Set<String> keySet() {
    names = true;
    return fields.keySet();
  }

  @Override
  public Set<Map.Entry<String, Object>> entrySet() {
    names = true;
    read.addAll(fields.keySet());
    return fields.entrySet();
  }
}
