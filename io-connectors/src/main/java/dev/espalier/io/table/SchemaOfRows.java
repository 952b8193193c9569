package dev.espalier.io.table;

import dev.espalier.io.table.TableColumns.Included;
import dev.espalier.row.AnsweredRow;
import dev.espalier.row.Column;
import dev.espalier.row.NamedValue;
import dev.espalier.row.StepTrace;
import dev.espalier.row.ValueType;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.beam.sdk.transforms.Combine.CombineFn;

/**
 * Completes what is known of a table's columns by what the rows have: the least type of the
 * included fields of unknown type, and the values that were not announced. Commutative and
 * associative, so that the order in which a runner brings the rows does not matter.
 */
final class SchemaOfRows extends CombineFn<AnsweredRow, SchemaOfRows.Sightings, TableSchema> {
  private final TableColumns columns;
  private final List<String> untyped;
  private final Set<String> announced = new HashSet<>();

  SchemaOfRows(TableColumns columns) {
    this.columns = columns;
    this.untyped =
        columns.included().stream()
            .filter(column -> column.type().isEmpty())
            .map(Included::name)
            .toList();
    columns.generated().forEach(column -> announced.add(column.name()));
  }

  /**
   * What is known so far.
   *
   * @param included the type of each included field of unknown type that has a value
   * @param unannounced each further value
   * @param tokenLogprobs whether a step has log-probabilities of tokens
   */
  record Sightings(
      TreeMap<String, ValueType> included,
      TreeMap<String, Sighting> unannounced,
      boolean tokenLogprobs)
      implements Serializable {

    Sightings withTokenLogprobs(boolean more) {
      return more && !tokenLogprobs ? new Sightings(included, unannounced, true) : this;
    }
  }

  /**
   * An unannounced value in a row.
   *
   * @param id of the first row that has it, by {@link RowOrder}
   * @param index of the value in that row
   * @param type null if no row has a value that is not null
   */
  record Sighting(String id, int index, ValueType type) implements Serializable {
    private static final Comparator<Sighting> FIRST =
        ((Comparator<Sighting>) (a, b) -> RowOrder.byText(a.id, b.id))
            .thenComparingInt(Sighting::index);

    Sighting merge(Sighting other) {
      Sighting first = FIRST.compare(this, other) <= 0 ? this : other;
      return new Sighting(first.id, first.index, joinAny(type, other.type));
    }
  }

  @Override
  public Sightings createAccumulator() {
    return new Sightings(new TreeMap<>(), new TreeMap<>(), columns.tokenLogprobs());
  }

  @Override
  public Sightings addInput(Sightings sightings, AnsweredRow row) {
    for (String name : untyped) {
      typeOfField(row.row().fields().get(name))
          .ifPresent(type -> sightings.included.merge(name, type, ValueTypes::join));
    }
    if (!columns.complete()) {
      List<NamedValue> values = row.outcome().values();
      for (int i = 0; i < values.size(); i++) {
        NamedValue value = values.get(i);
        if (!announced.contains(value.name())) {
          // A null that a program computed has the type of a text for want of another.
          boolean isUnknown = value.value() == null && value.type().equals(ValueType.STRING);
          ValueType type = isUnknown ? null : value.type();
          sightings.unannounced.merge(
              value.name(), new Sighting(row.row().id(), i, type), Sighting::merge);
        }
      }
    }
    return sightings.tokenLogprobs
        ? sightings
        : sightings.withTokenLogprobs(hasTokenLogprobs(row.outcome().trace()));
  }

  private static boolean hasTokenLogprobs(List<StepTrace> trace) {
    for (StepTrace step : trace) {
      if (!step.tokenLogprobs().isEmpty() || !step.promptLogprobs().isEmpty()) {
        return true;
      }
    }
    return false;
  }

  @Override
  public Sightings mergeAccumulators(Iterable<Sightings> parts) {
    Sightings all = createAccumulator();
    boolean tokenLogprobs = false;
    for (Sightings part : parts) {
      tokenLogprobs |= part.tokenLogprobs;
      part.included.forEach((name, type) -> all.included.merge(name, type, ValueTypes::join));
      part.unannounced.forEach(
          (name, sighting) -> all.unannounced.merge(name, sighting, Sighting::merge));
    }
    return all.withTokenLogprobs(tokenLogprobs);
  }

  @Override
  public TableSchema extractOutput(Sightings sightings) {
    List<TableSchema.Stored> stored = new ArrayList<>();
    for (Included column : columns.included()) {
      ValueType found = sightings.included.getOrDefault(column.name(), ValueType.STRING);
      stored.add(
          new TableSchema.Stored(
              column.name(), column.type().orElseGet(() -> ParquetSchema.of(found))));
    }
    for (Column column : columns.generated()) {
      stored.add(new TableSchema.Stored(column.name(), ParquetSchema.of(column.type())));
    }
    sightings.unannounced.entrySet().stream()
        .sorted(Map.Entry.comparingByValue(Sighting.FIRST))
        .forEach(
            entry -> {
              ValueType type = entry.getValue().type();
              stored.add(
                  new TableSchema.Stored(
                      entry.getKey(), ParquetSchema.of(type == null ? ValueType.STRING : type)));
            });
    return new TableSchema(columns.id(), columns.idMayBeNull(), stored, sightings.tokenLogprobs);
  }

  private static ValueType joinAny(ValueType a, ValueType b) {
    return a == null ? b : b == null ? a : ValueTypes.join(a, b);
  }

  /** Lists and objects are text: JSON. */
  private static Optional<ValueType> typeOfField(Object value) {
    if (value == null) {
      return Optional.empty();
    } else if (value instanceof Boolean) {
      return Optional.of(ValueType.BOOLEAN);
    } else if (value instanceof Long) {
      return Optional.of(ValueType.INTEGER);
    }
    return Optional.of(value instanceof Double ? ValueType.NUMBER : ValueType.STRING);
  }
}
