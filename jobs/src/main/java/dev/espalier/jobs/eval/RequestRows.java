package dev.espalier.jobs.eval;

import dev.espalier.engine.TokenSequence;
import dev.espalier.eval.tokens.SamplingJson;
import dev.espalier.eval.tokens.TokenAnswer;
import dev.espalier.eval.tokens.TokenRequest;
import dev.espalier.io.parquet.StoredType;
import dev.espalier.io.record.RecordSchema;
import dev.espalier.io.record.RecordSchema.Field;
import dev.espalier.io.record.RecordSchema.Kind;
import dev.espalier.io.table.TableColumns;
import dev.espalier.row.Column;
import dev.espalier.row.NamedValue;
import dev.espalier.row.Row;
import dev.espalier.row.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** Requests as rows of an input, and their answers as rows of a table. */
public final class RequestRows {
  /** The field that names a request. */
  public static final String ID = "id";

  /** Of the file of requests. */
  public static final RecordSchema SCHEMA =
      new RecordSchema(
          "requests",
          List.of(
              new Field(ID, Kind.TEXT),
              new Field("kind", Kind.TEXT),
              new Field("prompt", Kind.TEXT),
              new Field("continuations", Kind.TEXTS),
              new Field("sampling", Kind.TEXT),
              new Field("seed", Kind.INTEGER),
              new Field("think_end", Kind.INTEGER)));

  private static final String SCORE = "score";
  private static final String LOGPROBS = "logprobs";
  private static final String GREEDY = "greedy";
  private static final String TEXTS = "texts";
  private static final String TOKENS = "tokens";

  /** Of the table of answers. */
  public static final TableColumns COLUMNS =
      new TableColumns(
          StoredType.TEXT,
          false,
          List.of(),
          List.of(
              new Column(LOGPROBS, new ValueType.ListOf(ValueType.NUMBER)),
              new Column(GREEDY, new ValueType.ListOf(ValueType.BOOLEAN)),
              new Column(TEXTS, new ValueType.ListOf(ValueType.STRING)),
              new Column(TOKENS, new ValueType.ListOf(ValueType.INTEGER))),
          true);

  private RequestRows() {}

  /** The values of a request in {@link #SCHEMA}. */
  public static Object[] values(TokenRequest request) {
    if (request instanceof TokenRequest.Score score) {
      return new Object[] {
        score.key(),
        SCORE,
        TokenText.of(score.prompt()),
        score.continuations().stream().map(TokenText::of).toList(),
        "",
        0L,
        -1L
      };
    }
    TokenRequest.Generate text = (TokenRequest.Generate) request;
    return new Object[] {
      text.key(),
      "generate",
      TokenText.of(text.prompt()),
      List.of(),
      SamplingJson.of(text.sampling()),
      text.seed(),
      (long) text.thinkEnd().orElse(-1)
    };
  }

  /** The tokens that all of a request's work begins with. */
  static TokenSequence prompt(Row row) {
    return TokenText.read((String) row.fields().get("prompt"));
  }

  /**
   * @param prompt see {@link #prompt}
   */
  static TokenRequest request(Row row, TokenSequence prompt) {
    if (SCORE.equals(row.fields().get("kind"))) {
      List<TokenSequence> continuations = new ArrayList<>();
      for (Object tokens : (List<?>) row.fields().get("continuations")) {
        continuations.add(TokenText.read((String) tokens));
      }
      return new TokenRequest.Score(prompt, continuations);
    }
    int thinkEnd = Math.toIntExact((Long) row.fields().get("think_end"));
    return new TokenRequest.Generate(
        prompt,
        SamplingJson.read((String) row.fields().get("sampling")),
        (Long) row.fields().get("seed"),
        thinkEnd < 0 ? OptionalInt.empty() : OptionalInt.of(thinkEnd));
  }

  /** What a table has of an answer. */
  static List<NamedValue> values(TokenAnswer answer) {
    if (answer instanceof TokenAnswer.Scores scores) {
      return List.of(
          new NamedValue(LOGPROBS, new ValueType.ListOf(ValueType.NUMBER), scores.sums()),
          new NamedValue(GREEDY, new ValueType.ListOf(ValueType.BOOLEAN), scores.greedy()));
    }
    TokenAnswer.Texts texts = (TokenAnswer.Texts) answer;
    return List.of(
        new NamedValue(TEXTS, new ValueType.ListOf(ValueType.STRING), texts.texts()),
        new NamedValue(TOKENS, new ValueType.ListOf(ValueType.INTEGER), texts.tokens()));
  }

  /** The answer in a row of a table; the row has no error. */
  public static TokenAnswer answer(Row row) {
    if (row.fields().get(TEXTS) instanceof List<?> texts) {
      return new TokenAnswer.Texts(
          texts.stream().map(String.class::cast).toList(),
          ((List<?>) row.fields().get(TOKENS)).stream().map(Long.class::cast).toList());
    }
    return new TokenAnswer.Scores(
        ((List<?>) row.fields().get(LOGPROBS)).stream().map(Double.class::cast).toList(),
        ((List<?>) row.fields().get(GREEDY)).stream().map(Boolean.class::cast).toList());
  }
}
