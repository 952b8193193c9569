package dev.espalier.jobs;

import dev.espalier.io.read.ReadOptions;
import dev.espalier.io.read.ReadRecords;
import dev.espalier.io.table.ColumnType;
import dev.espalier.io.table.Manifest;
import dev.espalier.io.table.TableSchema;
import dev.espalier.io.table.WriteOptions;
import dev.espalier.pipeline.Coders;
import dev.espalier.pipeline.FinishedRow;
import dev.espalier.row.NamedValue;
import dev.espalier.row.Row;
import dev.espalier.row.RowOutcome;
import dev.espalier.row.StepTrace;
import dev.espalier.row.ValueType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;

/**
 * The rows of a table that have a complete answer, as they ended: what a run that repeats the
 * others takes over. Included fields are not among their values: they come from the input again.
 */
final class TableOutcomes extends PTransform<PBegin, PCollection<FinishedRow>> {
  private final ReadOptions table;
  private final List<TableSchema.Column> columns;

  private TableOutcomes(ReadOptions table, List<TableSchema.Column> columns) {
    this.table = table;
    this.columns = columns;
  }

  /**
   * @param included columns that are fields of the input
   */
  static TableOutcomes of(WriteOptions place, Manifest manifest, List<String> included) {
    Set<String> fields = new HashSet<>(included);
    return new TableOutcomes(
        ReadOptions.of(place.path()).withIdField("id").withStorage(place.storage()),
        manifest.columns().stream().filter(column -> !fields.contains(column.name())).toList());
  }

  @Override
  public PCollection<FinishedRow> expand(PBegin begin) {
    return begin
        .apply("Read table", ReadRecords.of(table))
        .apply("Keep answers", ParDo.of(new KeepAnswers(columns)))
        .setCoder(Coders.FINISHED);
  }

  private static final class KeepAnswers extends DoFn<Row, FinishedRow> {
    private final List<TableSchema.Column> columns;

    KeepAnswers(List<TableSchema.Column> columns) {
      this.columns = List.copyOf(columns);
    }

    @ProcessElement
    public void process(@Element Row row, OutputReceiver<FinishedRow> out) {
      if (row.fields().get("error") == null) {
        out.output(FinishedRow.ofAnyContent(outcome(row, columns)));
      }
    }
  }

  static RowOutcome outcome(Row row, List<TableSchema.Column> columns) {
    List<NamedValue> values = new ArrayList<>();
    for (TableSchema.Column column : columns) {
      Object value = row.fields().get(column.name());
      if (value != null) {
        values.add(new NamedValue(column.name(), type(column.type()), value));
      }
    }
    List<StepTrace> trace = new ArrayList<>();
    for (Object step : (List<?>) row.fields().get("trace")) {
      trace.add(step((Map<?, ?>) step));
    }
    return new RowOutcome(row.id(), values, trace, Optional.empty());
  }

  private static StepTrace step(Map<?, ?> step) {
    return new StepTrace(
        (String) step.get("step"),
        (String) step.get("kind"),
        integer(step.get("prompt_tokens")),
        integer(step.get("cached_tokens")),
        integer(step.get("output_tokens")),
        (String) step.get("finish_reason"),
        ((Number) step.get("logprob")).doubleValue(),
        (String) step.get("text"));
  }

  private static int integer(Object value) {
    return Math.toIntExact(((Number) value).longValue());
  }

  private static ValueType type(ColumnType type) {
    return switch (type) {
      case STRING, UNKNOWN -> ValueType.STRING;
      case INTEGER -> ValueType.INTEGER;
      case NUMBER -> ValueType.NUMBER;
      case BOOLEAN -> ValueType.BOOLEAN;
    };
  }
}
