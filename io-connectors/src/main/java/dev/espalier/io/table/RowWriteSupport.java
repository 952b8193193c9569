package dev.espalier.io.table;

import dev.espalier.row.AnsweredRow;
import dev.espalier.row.RowError;
import dev.espalier.row.ScoredToken;
import dev.espalier.row.StepTrace;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.MessageType;

/** Takes rows apart into the columns of {@link ParquetSchema}. */
final class RowWriteSupport extends WriteSupport<AnsweredRow> {
  private final MessageType message;
  private final List<String> names;
  private final List<ValueWriter> writers = new ArrayList<>();
  private final Optional<ScalarWriter.Scalar> idWriter;
  private final boolean idMayBeNull;
  private final boolean tokenLogprobs;
  private RecordConsumer out;

  RowWriteSupport(TableSchema schema) {
    this.message = ParquetSchema.of(schema);
    this.names = schema.columns().stream().map(TableSchema.Stored::name).toList();
    for (int i = 0; i < names.size(); i++) {
      writers.add(ValueWriter.of(message.getType(i + 1), i + 1));
    }
    this.idWriter = schema.id().scalar().map(ScalarWriter::of);
    this.idMayBeNull = schema.idMayBeNull();
    this.tokenLogprobs = schema.tokenLogprobs();
  }

  @Override
  @Deprecated // by Parquet, but abstract
  public WriteContext init(Configuration configuration) {
    return context();
  }

  @Override
  public WriteContext init(ParquetConfiguration configuration) {
    return context();
  }

  private WriteContext context() {
    return new WriteContext(message, Map.of());
  }

  @Override
  public void prepareForWrite(RecordConsumer consumer) {
    out = consumer;
  }

  @Override
  public void write(AnsweredRow row) {
    String id = row.row().id();
    out.startMessage();
    boolean hasId = id(id);
    Map<String, Object> values = new HashMap<>(row.row().fields()); // looked up, never iterated
    row.outcome().values().forEach(value -> values.put(value.name(), value.value()));
    for (int i = 0; i < names.size(); i++) {
      try {
        writers.get(i).write(values.get(names.get(i)), out);
      } catch (IllegalArgumentException e) {
        throw new IllegalStateException(
            "row " + id + ": " + names.get(i) + ": " + e.getMessage(), e);
      }
    }
    int error = names.size() + 1;
    String place = hasId ? "" : id + ": ";
    row.outcome().error().ifPresent(found -> error(error, found, place));
    trace(error + 1, row.outcome().trace());
    out.endMessage();
  }

  /** Writes the id, if it is one of the type; a place in the input is none. */
  private boolean id(String id) {
    ScalarWriter.Scalar scalar =
        idWriter.orElseThrow(() -> new IllegalStateException("ids are single values"));
    Consumer<RecordConsumer> written;
    try {
      written = scalar.of(id);
    } catch (IllegalArgumentException e) {
      if (idMayBeNull) {
        return false;
      }
      throw new IllegalStateException("the id " + id + " is none of the type of ids", e);
    }
    out.startField("id", 0);
    written.accept(out);
    out.endField("id", 0);
    return true;
  }

  private void error(int index, RowError error, String place) {
    out.startField("error", index);
    out.startGroup();
    text("code", 0, error.code());
    text("message", 1, place + error.message());
    text("step", 2, error.step());
    out.endGroup();
    out.endField("error", index);
  }

  private void trace(int index, List<StepTrace> trace) {
    list("trace", index, trace, this::step);
  }

  /** A list whose items are structs. */
  private <T> void list(String name, int index, List<T> items, Consumer<T> item) {
    out.startField(name, index);
    out.startGroup();
    if (!items.isEmpty()) {
      out.startField("list", 0);
      for (T one : items) {
        out.startGroup();
        out.startField("element", 0);
        out.startGroup();
        item.accept(one);
        out.endGroup();
        out.endField("element", 0);
        out.endGroup();
      }
      out.endField("list", 0);
    }
    out.endGroup();
    out.endField(name, index);
  }

  private void step(StepTrace step) {
    text("step", 0, step.step());
    text("kind", 1, step.kind());
    integer("prompt_tokens", 2, step.promptTokens());
    integer("cached_tokens", 3, step.cachedTokens());
    integer("output_tokens", 4, step.outputTokens());
    text("finish_reason", 5, step.finishReason());
    out.startField("logprob", 6);
    out.addDouble(ScalarWriter.canonical(step.logprob()));
    out.endField("logprob", 6);
    text("text", 7, step.text());
    if (tokenLogprobs) {
      list("token_logprobs", 8, step.tokenLogprobs(), this::scored);
      list("prompt_logprobs", 9, step.promptLogprobs(), this::scored);
    }
  }

  private void scored(ScoredToken token) {
    token(token.token(), token.text(), token.logprob());
    list("top", 3, token.top(), other -> token(other.token(), other.text(), other.logprob()));
  }

  private void token(int id, String text, float logprob) {
    integer("token", 0, id);
    text("text", 1, text);
    out.startField("logprob", 2);
    out.addFloat(Float.isNaN(logprob) ? Float.NaN : logprob);
    out.endField("logprob", 2);
  }

  private void text(String name, int index, String value) {
    out.startField(name, index);
    out.addBinary(ScalarWriter.utf8(value));
    out.endField(name, index);
  }

  private void integer(String name, int index, int value) {
    out.startField(name, index);
    out.addInteger(value);
    out.endField(name, index);
  }
}
