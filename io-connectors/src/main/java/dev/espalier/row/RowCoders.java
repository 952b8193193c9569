package dev.espalier.row;

import static dev.espalier.row.Encoding.readCount;
import static dev.espalier.row.Encoding.readText;
import static dev.espalier.row.Encoding.writeCount;
import static dev.espalier.row.Encoding.writeText;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/** The coders of rows and of their outcomes; the id comes first in both. */
public final class RowCoders {
  /** Strings, those with lone surrogates included, which UTF-8 would merge. */
  public static final RecordCoder<String> TEXT =
      RecordCoder.of(String.class, Encoding::writeText, Encoding::readText);

  /** Id, fields in their order, error. */
  public static final RecordCoder<Row> ROW =
      RecordCoder.of(Row.class, RowCoders::writeRow, RowCoders::readRow);

  /** Id, values, trace, error. */
  public static final RecordCoder<RowOutcome> OUTCOME =
      RecordCoder.of(RowOutcome.class, RowCoders::writeOutcome, RowCoders::readOutcome);

  private RowCoders() {}

  private static void writeRow(Row row, OutputStream out) throws IOException {
    writeText(row.id(), out);
    Encoding.writeMap(row.fields(), out);
    Encoding.writeError(row.error(), out);
  }

  private static Row readRow(InputStream in) throws IOException {
    return new Row(readText(in), Encoding.readMap(in), Encoding.readError(in));
  }

  private static void writeOutcome(RowOutcome outcome, OutputStream out) throws IOException {
    writeText(outcome.id(), out);
    writeCount(outcome.values().size(), out);
    for (NamedValue value : outcome.values()) {
      writeText(value.name(), out);
      writeText(value.type().toString(), out);
      Encoding.writeValue(value.value(), out);
    }
    writeCount(outcome.trace().size(), out);
    for (StepTrace step : outcome.trace()) {
      writeStep(step, out);
    }
    Encoding.writeError(outcome.error(), out);
  }

  private static RowOutcome readOutcome(InputStream in) throws IOException {
    String id = readText(in);
    int valueCount = readCount(in);
    List<NamedValue> values = new ArrayList<>();
    for (int i = 0; i < valueCount; i++) {
      values.add(
          new NamedValue(
              readText(in), ValueType.Scalar.valueOf(readText(in)), Encoding.readValue(in)));
    }
    int stepCount = readCount(in);
    List<StepTrace> trace = new ArrayList<>();
    for (int i = 0; i < stepCount; i++) {
      trace.add(readStep(in));
    }
    return new RowOutcome(id, values, trace, Encoding.readError(in));
  }

  private static void writeStep(StepTrace step, OutputStream out) throws IOException {
    writeText(step.step(), out);
    writeText(step.kind(), out);
    writeCount(step.promptTokens(), out);
    writeCount(step.cachedTokens(), out);
    writeCount(step.outputTokens(), out);
    writeText(step.finishReason(), out);
    Encoding.writeNumber(step.logprob(), out);
    writeText(step.text(), out);
    writeTokens(step.tokenLogprobs(), out);
    writeTokens(step.promptLogprobs(), out);
  }

  private static StepTrace readStep(InputStream in) throws IOException {
    return new StepTrace(
        readText(in),
        readText(in),
        readCount(in),
        readCount(in),
        readCount(in),
        readText(in),
        Encoding.readNumber(in),
        readText(in),
        readTokens(in),
        readTokens(in));
  }

  private static void writeTokens(List<ScoredToken> tokens, OutputStream out) throws IOException {
    writeCount(tokens.size(), out);
    for (ScoredToken token : tokens) {
      writeToken(token.token(), token.text(), token.logprob(), out);
      writeCount(token.top().size(), out);
      for (ScoredToken.Alternative other : token.top()) {
        writeToken(other.token(), other.text(), other.logprob(), out);
      }
    }
  }

  private static void writeToken(int token, String text, float logprob, OutputStream out)
      throws IOException {
    writeCount(token, out);
    writeText(text, out);
    new DataOutputStream(out).writeFloat(logprob);
  }

  private static List<ScoredToken> readTokens(InputStream in) throws IOException {
    int count = readCount(in);
    List<ScoredToken> tokens = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ScoredToken.Alternative token = readToken(in);
      int others = readCount(in);
      List<ScoredToken.Alternative> top = new ArrayList<>();
      for (int j = 0; j < others; j++) {
        top.add(readToken(in));
      }
      tokens.add(new ScoredToken(token.token(), token.text(), token.logprob(), top));
    }
    return tokens;
  }

  private static ScoredToken.Alternative readToken(InputStream in) throws IOException {
    return new ScoredToken.Alternative(
        readCount(in), readText(in), new DataInputStream(in).readFloat());
  }
}
