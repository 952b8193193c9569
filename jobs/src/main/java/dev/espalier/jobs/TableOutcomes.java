package dev.espalier.jobs;

import dev.espalier.io.read.BadRow;
import dev.espalier.io.read.ReadOptions;
import dev.espalier.io.read.ReadRecords;
import dev.espalier.io.table.Manifest;
import dev.espalier.pipeline.Coders;
import dev.espalier.pipeline.FinishedRow;
import dev.espalier.row.Column;
import dev.espalier.row.NamedValue;
import dev.espalier.row.Row;
import dev.espalier.row.RowOutcome;
import dev.espalier.row.ScoredToken;
import dev.espalier.row.StepTrace;
import dev.espalier.row.ValueType;
import java.util.ArrayList;
import java.util.HashMap;
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
  private final List<Column> columns;

  private TableOutcomes(ReadOptions table, List<Column> columns) {
    this.table = table;
    this.columns = columns;
  }

  static TableOutcomes of(PreparedJob job, Manifest manifest) {
    Set<String> fields = new HashSet<>(job.file().output().include());
    Map<String, ValueType> announced = new HashMap<>();
    job.columns().generated().forEach(column -> announced.put(column.name(), column.type()));
    List<Column> columns = new ArrayList<>();
    for (Manifest.ColumnEntry column : manifest.columns()) {
      if (!fields.contains(column.name())) {
        columns.add(
            new Column(column.name(), announced.getOrDefault(column.name(), type(column.type()))));
      }
    }
    return new TableOutcomes(
        ReadOptions.of(job.output().path())
            .withIdField("id")
            .withBadRow(BadRow.ERROR_ROW) // rows that could not be read have no id, and failed
            .withStorage(job.output().storage()),
        columns);
  }

  /** The type of a column that the program does not announce: these are single values. */
  private static ValueType type(String name) {
    for (ValueType.Scalar scalar : ValueType.Scalar.values()) {
      if (scalar.name().equals(name)) {
        return scalar;
      }
    }
    return ValueType.STRING;
  }

  @Override
  public PCollection<FinishedRow> expand(PBegin begin) {
    return begin
        .apply("Read table", ReadRecords.of(table))
        .apply("Keep answers", ParDo.of(new KeepAnswers(columns)))
        .setCoder(Coders.FINISHED);
  }

  private static final class KeepAnswers extends DoFn<Row, FinishedRow> {
    private final List<Column> columns;

    KeepAnswers(List<Column> columns) {
      this.columns = List.copyOf(columns);
    }

    @ProcessElement
    public void process(@Element Row row, OutputReceiver<FinishedRow> out) {
      if (row.error().isEmpty() && row.fields().get("error") == null) {
        out.output(FinishedRow.ofAnyContent(outcome(row, columns)));
      }
    }
  }

  static RowOutcome outcome(Row row, List<Column> columns) {
    List<NamedValue> values = new ArrayList<>();
    for (Column column : columns) {
      Object value = row.fields().get(column.name());
      if (value != null) {
        values.add(new NamedValue(column.name(), column.type(), value));
      }
    }
    return new RowOutcome(row.id(), values, trace(row), Optional.empty());
  }

  /** What the steps of a row's program did. */
  static List<StepTrace> trace(Row row) {
    List<StepTrace> trace = new ArrayList<>();
    for (Object step : (List<?>) row.fields().get("trace")) {
      trace.add(step((Map<?, ?>) step));
    }
    return trace;
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
        (String) step.get("text"),
        tokens(step.get("token_logprobs")),
        tokens(step.get("prompt_logprobs")));
  }

  /**
   * @param scored null in a table whose steps ask for no log-probabilities
   */
  private static List<ScoredToken> tokens(Object scored) {
    List<ScoredToken> tokens = new ArrayList<>();
    if (scored instanceof List<?> list) {
      for (Object item : list) {
        Map<?, ?> token = (Map<?, ?>) item;
        List<ScoredToken.Alternative> top = new ArrayList<>();
        for (Object other : (List<?>) token.get("top")) {
          Map<?, ?> alternative = (Map<?, ?>) other;
          top.add(
              new ScoredToken.Alternative(
                  integer(alternative.get("token")),
                  (String) alternative.get("text"),
                  logprob(alternative)));
        }
        tokens.add(
            new ScoredToken(
                integer(token.get("token")), (String) token.get("text"), logprob(token), top));
      }
    }
    return tokens;
  }

  private static float logprob(Map<?, ?> token) {
    return ((Number) token.get("logprob")).floatValue();
  }

  private static int integer(Object value) {
    return Math.toIntExact(((Number) value).longValue());
  }
}
