package dev.espalier.io.table;

import com.fasterxml.jackson.core.io.NumberOutput;
import dev.espalier.io.table.TableSchema.Column;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;

/** Takes rows apart into the columns of {@link ParquetSchema}. */
final class OutputRecordWriteSupport extends WriteSupport<OutputRecord> {
  private final TableSchema schema;
  private RecordConsumer out;

  OutputRecordWriteSupport(TableSchema schema) {
    this.schema = schema;
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
    return new WriteContext(ParquetSchema.of(schema), Map.of());
  }

  @Override
  public void prepareForWrite(RecordConsumer consumer) {
    out = consumer;
  }

  @Override
  public void write(OutputRecord row) {
    out.startMessage();
    text("id", 0, row.id());
    Map<String, Object> values = new HashMap<>(); // looked up, never iterated
    row.values().forEach(value -> values.put(value.name(), value.value()));
    List<Column> columns = schema.columns();
    for (int i = 0; i < columns.size(); i++) {
      Object value = values.get(columns.get(i).name());
      if (value != null) {
        value(columns.get(i), i + 1, value);
      }
    }
    int error = columns.size() + 1;
    row.error().ifPresent(found -> error(error, found));
    trace(error + 1, row.trace());
    out.endMessage();
  }

  private void value(Column column, int index, Object value) {
    out.startField(column.name(), index);
    switch (column.type()) {
      case STRING -> out.addBinary(Binary.fromString(asText(value)));
      case INTEGER -> out.addLong((Long) value);
      case NUMBER -> out.addDouble(canonical(((Number) value).doubleValue()));
      case BOOLEAN -> out.addBoolean((Boolean) value);
      case UNKNOWN -> throw new IllegalStateException("a column of no type");
    }
    out.endField(column.name(), index);
  }

  private void error(int index, OutputError error) {
    out.startField("error", index);
    out.startGroup();
    text("code", 0, error.code());
    text("message", 1, error.message());
    text("step", 2, error.step());
    out.endGroup();
    out.endField("error", index);
  }

  private void trace(int index, List<TraceEntry> trace) {
    out.startField("trace", index);
    out.startGroup();
    if (!trace.isEmpty()) {
      out.startField("list", 0);
      for (TraceEntry entry : trace) {
        out.startGroup();
        out.startField("element", 0);
        out.startGroup();
        entry(entry);
        out.endGroup();
        out.endField("element", 0);
        out.endGroup();
      }
      out.endField("list", 0);
    }
    out.endGroup();
    out.endField("trace", index);
  }

  private void entry(TraceEntry entry) {
    text("step", 0, entry.step());
    text("kind", 1, entry.kind());
    integer("prompt_tokens", 2, entry.promptTokens());
    integer("cached_tokens", 3, entry.cachedTokens());
    integer("output_tokens", 4, entry.outputTokens());
    text("finish_reason", 5, entry.finishReason());
    out.startField("logprob", 6);
    out.addDouble(canonical(entry.logprob()));
    out.endField("logprob", 6);
    text("text", 7, entry.text());
  }

  private void text(String name, int index, String value) {
    out.startField(name, index);
    out.addBinary(Binary.fromString(value));
    out.endField(name, index);
  }

  private void integer(String name, int index, int value) {
    out.startField(name, index);
    out.addInteger(value);
    out.endField(name, index);
  }

  /** A NaN may have many bit patterns; files have one. */
  private static double canonical(double value) {
    return Double.isNaN(value) ? Double.NaN : value;
  }

  private static String asText(Object value) {
    // Jackson's shortest form: that of Double.toString differs between Java versions.
    return value instanceof Double number ? NumberOutput.toString(number, true) : value.toString();
  }
}
