package dev.espalier.io.table;

import dev.espalier.io.table.TableSchema.Column;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Rows, and tables of them without a pipeline. */
final class Rows {
  private Rows() {}

  /** A row that is a function of {@code number}; every seventh is an error row. */
  static OutputRecord row(int number) {
    String id = "row-" + number;
    if (number % 7 == 3) {
      OutputError error = new OutputError("PROMPT_TOO_LONG", "too long: " + number, "reply");
      return new OutputRecord(id, List.of(), Optional.of(error), List.of());
    }
    List<OutputValue> values =
        List.of(
            OutputValue.of("category", number % 2 == 0 ? "billing" : "Versand ä 表"),
            OutputValue.of("urgency", (long) (number % 5)),
            OutputValue.of("score", number / 8.0),
            OutputValue.of("angry", number % 3 == 0));
    List<TraceEntry> trace = new ArrayList<>();
    for (int step = 0; step < number % 4; step++) {
      trace.add(
          new TraceEntry(
              "step" + step, "gen", 100 + number, 10, 3, "stop", -0.25 * step, "text " + number));
    }
    return new OutputRecord(id, values, Optional.empty(), trace);
  }

  static List<OutputRecord> rows(int count) {
    List<OutputRecord> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rows.add(row(i));
    }
    return rows;
  }

  static TableSchema schema(List<OutputRecord> rows) {
    SchemaOfRecords combine = new SchemaOfRecords();
    SchemaOfRecords.Sightings sightings = combine.createAccumulator();
    for (OutputRecord row : rows) {
      sightings = combine.addInput(sightings, row);
    }
    return combine.extractOutput(sightings);
  }

  static List<ShardFile> writeShards(WriteOptions options, List<OutputRecord> rows)
      throws IOException {
    List<ShardFile> shards = new ArrayList<>();
    for (int shard = 0; shard < options.shards(); shard++) {
      try (ShardWriter writer = new ShardWriter(options, shard, schema(rows))) {
        for (OutputRecord row : rows) {
          if (WriteTable.shardOf(row.id(), options.shards()) == shard) {
            writer.add(OutputRecordCoder.of().toBytes(row));
          }
        }
        shards.add(writer.write());
      }
    }
    return shards;
  }

  static Manifest write(WriteOptions options, List<OutputRecord> rows) throws IOException {
    List<ShardFile> shards = writeShards(options, rows);
    return new TableCommit(options).commit(schema(rows), shards, rows.size());
  }

  static Column column(String name, ColumnType type) {
    return new Column(name, type);
  }
}
