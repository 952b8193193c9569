package dev.espalier.pipeline;

import dev.espalier.row.NamedValue;
import dev.espalier.row.RowOutcome;
import dev.espalier.row.StepTrace;
import dev.espalier.row.ValueType;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.coders.AtomicCoder;

/** Outcomes: id, values, trace, error. */
public final class RowOutcomeCoder extends AtomicCoder<RowOutcome> {
  private static final RowOutcomeCoder INSTANCE = new RowOutcomeCoder();

  private RowOutcomeCoder() {}

  public static RowOutcomeCoder of() {
    return INSTANCE;
  }

  @Override
  public void encode(RowOutcome outcome, OutputStream out) throws IOException {
    Encoding.writeText(outcome.id(), out);
    Encoding.writeCount(outcome.values().size(), out);
    for (NamedValue value : outcome.values()) {
      Encoding.writeText(value.name(), out);
      Encoding.writeText(value.type().toString(), out);
      Encoding.writeValue(value.value(), out);
    }
    Encoding.writeCount(outcome.trace().size(), out);
    for (StepTrace step : outcome.trace()) {
      writeStep(step, out);
    }
    Encoding.writeError(outcome.error(), out);
  }

  @Override
  public RowOutcome decode(InputStream in) throws IOException {
    String id = Encoding.readText(in);
    int valueCount = Encoding.readCount(in);
    List<NamedValue> values = new ArrayList<>(valueCount);
    for (int i = 0; i < valueCount; i++) {
      values.add(
          new NamedValue(
              Encoding.readText(in),
              ValueType.Scalar.valueOf(Encoding.readText(in)),
              Encoding.readValue(in)));
    }
    int stepCount = Encoding.readCount(in);
    List<StepTrace> trace = new ArrayList<>(stepCount);
    for (int i = 0; i < stepCount; i++) {
      trace.add(readStep(in));
    }
    return new RowOutcome(id, values, trace, Encoding.readError(in));
  }

  private static void writeStep(StepTrace step, OutputStream out) throws IOException {
    Encoding.writeText(step.step(), out);
    Encoding.writeText(step.kind(), out);
    Encoding.writeCount(step.promptTokens(), out);
    Encoding.writeCount(step.cachedTokens(), out);
    Encoding.writeCount(step.outputTokens(), out);
    Encoding.writeText(step.finishReason(), out);
    Encoding.writeNumber(step.logprob(), out);
    Encoding.writeText(step.text(), out);
  }

  private static StepTrace readStep(InputStream in) throws IOException {
    return new StepTrace(
        Encoding.readText(in),
        Encoding.readText(in),
        Encoding.readCount(in),
        Encoding.readCount(in),
        Encoding.readCount(in),
        Encoding.readText(in),
        Encoding.readNumber(in),
        Encoding.readText(in));
  }
}
