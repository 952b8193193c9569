package dev.espalier.io.table;

import dev.espalier.io.table.TableSchema.Column;
import java.io.Serializable;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.transforms.Combine.CombineFn;

/**
 * The schema that all rows fit: a column for every name, of the least type for its values. Columns
 * stand in the order of their first appearance when the rows are read by id, so the order in which
 * a runner brings the rows does not matter.
 */
final class SchemaOfRecords
    extends CombineFn<OutputRecord, SchemaOfRecords.Sightings, TableSchema> {

  /** What is known of each name so far. */
  record Sightings(TreeMap<String, Sighting> byName) implements Serializable {
    private void add(String name, Sighting sighting) {
      byName.merge(name, sighting, Sighting::merge);
    }
  }

  /**
   * A name in a row.
   *
   * @param id of the first row that has it, by {@link RowOrder}
   * @param index of the value in that row
   */
  record Sighting(String id, int index, ColumnType type) implements Serializable {
    private static final Comparator<Sighting> FIRST =
        ((Comparator<Sighting>) (a, b) -> RowOrder.compare(a.id, b.id))
            .thenComparingInt(Sighting::index);

    Sighting merge(Sighting other) {
      Sighting first = FIRST.compare(this, other) <= 0 ? this : other;
      return new Sighting(first.id, first.index, type.join(other.type));
    }
  }

  @Override
  public Sightings createAccumulator() {
    return new Sightings(new TreeMap<>());
  }

  @Override
  public Sightings addInput(Sightings sightings, OutputRecord row) {
    List<OutputValue> values = row.values();
    for (int i = 0; i < values.size(); i++) {
      sightings.add(values.get(i).name(), new Sighting(row.id(), i, values.get(i).type()));
    }
    return sightings;
  }

  @Override
  public Sightings mergeAccumulators(Iterable<Sightings> parts) {
    Sightings all = createAccumulator();
    for (Sightings part : parts) {
      part.byName.forEach(all::add);
    }
    return all;
  }

  @Override
  public TableSchema extractOutput(Sightings sightings) {
    return new TableSchema(
        sightings.byName.entrySet().stream()
            .sorted(Map.Entry.comparingByValue(Sighting.FIRST))
            .map(entry -> new Column(entry.getKey(), columnType(entry.getValue().type())))
            .toList());
  }

  private static ColumnType columnType(ColumnType type) {
    return type == ColumnType.UNKNOWN ? ColumnType.STRING : type;
  }
}
