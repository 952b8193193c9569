package dev.espalier.io.table;

import dev.espalier.row.AnsweredRow;
import dev.espalier.row.EncodedRow;
import dev.espalier.row.NamedValue;
import dev.espalier.row.Row;
import dev.espalier.row.RowError;
import dev.espalier.row.RowOutcome;
import dev.espalier.row.StepTrace;
import dev.espalier.row.ValueType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Rows, and tables of them without a pipeline. */
final class Rows {
  private Rows() {}

  /** A row that is a function of {@code number}; every seventh is an error row. */
  static AnsweredRow row(int number) {
    String id = "row-" + number;
    if (number % 7 == 3) {
      RowError error = new RowError("PROMPT_TOO_LONG", "too long: " + number, "reply");
      return answered(id, List.of(), List.of(), Optional.of(error));
    }
    List<NamedValue> values =
        List.of(
            value("category", number % 2 == 0 ? "billing" : "Versand ä 表"),
            value("urgency", (long) (number % 5)),
            value("score", number / 8.0),
            value("angry", number % 3 == 0));
    List<StepTrace> trace = new ArrayList<>();
    for (int step = 0; step < number % 4; step++) {
      trace.add(
          new StepTrace(
              "step" + step, "gen", 100 + number, 10, 3, "stop", -0.25 * step, "text " + number));
    }
    return answered(id, values, trace, Optional.empty());
  }

  private static AnsweredRow answered(
      String id, List<NamedValue> values, List<StepTrace> trace, Optional<RowError> error) {
    return new AnsweredRow(Row.of(id, Map.of()), new RowOutcome(id, values, trace, error));
  }

  static AnsweredRow of(String id, NamedValue... values) {
    return answered(id, List.of(values), List.of(), Optional.empty());
  }

  static AnsweredRow of(String id, Map<String, Object> fields, NamedValue... values) {
    return new AnsweredRow(
        Row.of(id, fields), new RowOutcome(id, List.of(values), List.of(), Optional.empty()));
  }

  static AnsweredRow of(String id, List<StepTrace> trace) {
    return answered(id, List.of(), trace, Optional.empty());
  }

  static AnsweredRow failed(String id, String message) {
    return answered(id, List.of(), List.of(), Optional.of(new RowError("BAD_ROW", message, "")));
  }

  /** A value of the type that it has; null is a text. */
  static NamedValue value(String name, Object value) {
    ValueType type =
        value instanceof Long
            ? ValueType.INTEGER
            : value instanceof Double
                ? ValueType.NUMBER
                : value instanceof Boolean ? ValueType.BOOLEAN : ValueType.STRING;
    return new NamedValue(name, type, value);
  }

  static List<AnsweredRow> rows(int count) {
    List<AnsweredRow> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rows.add(row(i));
    }
    return rows;
  }

  static TableSchema schema(List<AnsweredRow> rows) {
    return schema(TableColumns.open(), rows);
  }

  static TableSchema schema(TableColumns columns, List<AnsweredRow> rows) {
    SchemaOfRows combine = new SchemaOfRows(columns);
    SchemaOfRows.Sightings sightings = combine.createAccumulator();
    for (AnsweredRow row : rows) {
      sightings = combine.addInput(sightings, row);
    }
    return combine.extractOutput(sightings);
  }

  static List<ShardFile> writeShards(WriteOptions options, List<AnsweredRow> rows)
      throws IOException {
    return writeShards(options, TableColumns.open(), rows);
  }

  private static List<ShardFile> writeShards(
      WriteOptions options, TableColumns columns, List<AnsweredRow> rows) throws IOException {
    List<ShardFile> shards = new ArrayList<>();
    for (int shard = 0; shard < options.shards(); shard++) {
      try (ShardWriter writer =
          new ShardWriter(options, shard, options.shards(), schema(columns, rows))) {
        for (AnsweredRow row : rows) {
          if (WriteTable.shardOf(row.row().id(), options.shards()) == shard) {
            writer.add(EncodedRow.of(row));
          }
        }
        shards.add(writer.write(Optional.empty()));
      }
    }
    return shards;
  }

  static Manifest write(WriteOptions options, List<AnsweredRow> rows) throws IOException {
    return write(options, TableColumns.open(), rows);
  }

  static Manifest write(WriteOptions options, TableColumns columns, List<AnsweredRow> rows)
      throws IOException {
    List<ShardFile> shards = writeShards(options, columns, rows);
    return new TableCommit(options).commit(schema(columns, rows), shards, rows.size());
  }
}
