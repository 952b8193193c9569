package dev.espalier.row;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * What a step of the model gave.
 *
 * @param key names all that decides it: the model, its arithmetic, and what it was asked
 * @param kind {@code gen} or {@code select}
 * @param promptTokens length of the prompt
 * @param outputTokens tokens that were generated, or scored
 * @param result as its owner encodes it; not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // compared by content, below
public record StepRecord(String key, String kind, int promptTokens, int outputTokens, byte[] result)
    implements Serializable {
  public StepRecord {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(result, "result");
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof StepRecord step
        && key.equals(step.key)
        && kind.equals(step.kind)
        && promptTokens == step.promptTokens
        && outputTokens == step.outputTokens
        && Arrays.equals(result, step.result);
  }

  @Override
  public int hashCode() {
    return key.hashCode();
  }

  /** Writes a list of steps; see {@link #readAll}. */
  public static void writeAll(List<StepRecord> steps, OutputStream out) throws IOException {
    Encoding.writeCount(steps.size(), out);
    for (StepRecord step : steps) {
      Encoding.writeText(step.key, out);
      Encoding.writeText(step.kind, out);
      Encoding.writeCount(step.promptTokens, out);
      Encoding.writeCount(step.outputTokens, out);
      Encoding.writeBytes(step.result, out);
    }
  }

  /** Reads what {@link #writeAll} wrote. */
  public static List<StepRecord> readAll(InputStream in) throws IOException {
    List<StepRecord> steps = new ArrayList<>();
    for (int left = Encoding.readCount(in); left > 0; left--) {
      steps.add(
          new StepRecord(
              Encoding.readText(in),
              Encoding.readText(in),
              Encoding.readCount(in),
              Encoding.readCount(in),
              Encoding.readBytes(in)));
    }
    return steps;
  }
}
