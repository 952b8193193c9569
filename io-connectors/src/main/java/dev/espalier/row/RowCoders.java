package dev.espalier.row;

import static dev.espalier.row.Encoding.readCount;
import static dev.espalier.row.Encoding.readText;
import static dev.espalier.row.Encoding.writeCount;
import static dev.espalier.row.Encoding.writeText;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.coders.CoderException;

/** The coders of rows and of their outcomes; the id comes first in all. */
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

  /** Rows with their outcomes. */
  public static final RecordCoder<AnsweredRow> ANSWERED =
      RecordCoder.of(AnsweredRow.class, RowCoders::writeAnswered, RowCoders::readAnswered);

  private RowCoders() {}

  private static void writeAnswered(AnsweredRow answered, OutputStream out) throws IOException {
    writeRow(answered.row(), out);
    writeOutcome(answered.outcome(), out);
  }

  private static AnsweredRow readAnswered(InputStream in) throws IOException {
    return new AnsweredRow(readRow(in), readOutcome(in));
  }

  private static void writeRow(Row row, OutputStream out) throws IOException {
    writeText(row.id(), out);
    Encoding.writeMap(row.fields(), out);
    Encoding.writeError(row.error(), out);
  }

  private static Row readRow(InputStream in) throws IOException {
    return new Row(readText(in), Encoding.readMap(in), Encoding.readError(in));
  }

  /** The id that begins the bytes of each coder. */
  public static String id(byte[] bytes) throws IOException {
    return readText(new ByteArrayInputStream(bytes));
  }

  private static void writeOutcome(RowOutcome outcome, OutputStream out) throws IOException {
    writeAnswer(outcome, out);
    RowReads.write(outcome.reads(), out);
  }

  /** All of an outcome but its end: what was read. */
  static void writeAnswer(RowOutcome outcome, OutputStream out) throws IOException {
    writeText(outcome.id(), out);
    writeCount(outcome.values().size(), out);
    for (NamedValue value : outcome.values()) {
      writeText(value.name(), out);
      writeType(value.type(), out);
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
      values.add(new NamedValue(readText(in), readType(in), Encoding.readValue(in)));
    }
    int stepCount = readCount(in);
    List<StepTrace> trace = new ArrayList<>();
    for (int i = 0; i < stepCount; i++) {
      trace.add(readStep(in));
    }
    return new RowOutcome(id, values, trace, Encoding.readError(in), RowReads.read(in));
  }

  private static void writeType(ValueType type, OutputStream out) throws IOException {
    if (type instanceof ValueType.ListOf list) {
      writeText("LIST", out);
      writeType(list.item(), out);
    } else if (type instanceof ValueType.Struct struct) {
      writeText("STRUCT", out);
      writeCount(struct.fields().size(), out);
      for (ValueType.Struct.Field field : struct.fields()) {
        writeText(field.name(), out);
        writeType(field.type(), out);
      }
    } else {
      writeText(((ValueType.Scalar) type).name(), out);
    }
  }

  private static ValueType readType(InputStream in) throws IOException {
    String kind = readText(in);
    return switch (kind) {
      case "LIST" -> new ValueType.ListOf(readType(in));
      case "STRUCT" -> {
        List<ValueType.Struct.Field> fields = new ArrayList<>();
        for (int left = readCount(in); left > 0; left--) {
          fields.add(new ValueType.Struct.Field(readText(in), readType(in)));
        }
        yield new ValueType.Struct(fields);
      }
      default -> {
        try {
          yield ValueType.Scalar.valueOf(kind);
        } catch (IllegalArgumentException e) {
          throw new CoderException("no type is called " + kind, e);
        }
      }
    };
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
