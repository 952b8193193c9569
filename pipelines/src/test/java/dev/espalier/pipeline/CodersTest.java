package dev.espalier.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.engine.TokenSequence;
import dev.espalier.prefix.Grouping;
import dev.espalier.prefix.OpeningSummary;
import dev.espalier.prefix.PlanOptions;
import dev.espalier.prefix.PrefixPlan;
import dev.espalier.prefix.PrefixPlanner;
import dev.espalier.prefix.PrefixTotals;
import dev.espalier.prefix.WalkedRange;
import dev.espalier.row.AnsweredRow;
import dev.espalier.row.NamedValue;
import dev.espalier.row.Row;
import dev.espalier.row.RowCoders;
import dev.espalier.row.RowError;
import dev.espalier.row.RowOutcome;
import dev.espalier.row.RowReads;
import dev.espalier.row.ScoredToken;
import dev.espalier.row.StepRecord;
import dev.espalier.row.StepTrace;
import dev.espalier.row.ValueType;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.CoderException;
import org.junit.jupiter.api.Test;

class CodersTest {
  private static final Arbitrary<String> TEXT = Arbitraries.strings().all().ofMaxLength(12);
  private static final Arbitrary<Optional<RowError>> ERROR =
      Combinators.combine(TEXT, TEXT, TEXT).as(RowError::new).optional();

  @Provide
  Arbitrary<Row> rows() {
    Arbitrary<Object> scalar =
        Arbitraries.oneOf(
            TEXT.map(text -> (Object) text),
            Arbitraries.longs().map(number -> (Object) number),
            Arbitraries.doubles().map(number -> (Object) number),
            Arbitraries.of(true, false).map(truth -> (Object) truth));
    Arbitrary<Object> value =
        Arbitraries.oneOf(
            scalar.injectNull(0.2),
            scalar.injectNull(0.2).list().ofMaxSize(3).map(list -> (Object) list),
            Arbitraries.maps(TEXT, scalar).ofMaxSize(3).map(map -> (Object) map));
    return Combinators.combine(TEXT, Arbitraries.maps(TEXT, value).ofMaxSize(5), ERROR)
        .as(Row::new);
  }

  @Provide
  Arbitrary<RowOutcome> outcomes() {
    Arbitrary<NamedValue> values =
        Arbitraries.oneOf(
            TEXT.map(text -> new NamedValue(text, ValueType.STRING, text)),
            TEXT.map(text -> new NamedValue(text, ValueType.NUMBER, null)),
            Arbitraries.longs().map(number -> new NamedValue("n", ValueType.INTEGER, number)),
            Arbitraries.doubles().map(number -> new NamedValue("d", ValueType.NUMBER, number)));
    Arbitrary<Integer> count = Arbitraries.integers().between(0, 100_000);
    Arbitrary<ScoredToken.Alternative> token =
        Combinators.combine(count, TEXT, Arbitraries.floats()).as(ScoredToken.Alternative::new);
    Arbitrary<List<ScoredToken>> tokens =
        Combinators.combine(token, token.list().ofMaxSize(2))
            .as((one, top) -> new ScoredToken(one.token(), one.text(), one.logprob(), top))
            .list()
            .ofMaxSize(2);
    Arbitrary<StepTrace> steps =
        Combinators.combine(TEXT, count, count, Arbitraries.doubles(), TEXT, tokens, tokens)
            .as(
                (step, in, out, logprob, text, ofOutput, ofPrompt) ->
                    new StepTrace(
                        step, "gen", in, out, out, "stop", logprob, text, ofOutput, ofPrompt));
    Arbitrary<RowReads> reads =
        Combinators.combine(TEXT.list().ofMaxSize(3), Arbitraries.of(true, false), TEXT)
            .as(RowReads::new);
    return Combinators.combine(
            TEXT, values.list().ofMaxSize(4), steps.list().ofMaxSize(4), ERROR, reads)
        .as(RowOutcome::new);
  }

  @Property
  void rowsComeBackAsTheyWere(@ForAll("rows") Row row) throws IOException {
    Row read = roundTrip(RowCoders.ROW, row);
    assertThat(read).isEqualTo(row);
    assertThat(List.copyOf(read.fields().keySet())).isEqualTo(List.copyOf(row.fields().keySet()));
    StepRecord step = new StepRecord("0a", "gen", 3, 4, new byte[] {0, -1, 5});
    TracedRow traced =
        new TracedRow(row, TokenSequence.of(0, 127, 128, 150_000, -1)).recalling(List.of(step));
    assertThat(roundTrip(Coders.TRACED, traced)).isEqualTo(traced);
    assertThat(roundTrip(RowCoders.TEXT, row.id())).isEqualTo(row.id());
  }

  @Property
  void outcomesComeBackAsTheyWere(@ForAll("outcomes") RowOutcome outcome) throws IOException {
    FinishedRow finished = FinishedRow.of(Row.of(outcome.id(), Map.of("a", 1L)), outcome);
    assertThat(roundTrip(Coders.FINISHED, finished)).isEqualTo(finished);
    AnsweredRow answered = new AnsweredRow(Row.of(outcome.id(), Map.of()), outcome);
    assertThat(roundTrip(RowCoders.ANSWERED, answered)).isEqualTo(answered);
  }

  @Property(tries = 100)
  void bytesCutShortAreRefused(@ForAll("outcomes") RowOutcome outcome) throws IOException {
    byte[] bytes = encode(RowCoders.OUTCOME, outcome);
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> RowCoders.OUTCOME.decode(new ByteArrayInputStream(cut)))
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void textWithHalfASurrogatePairIsNotMergedWithAnother() throws IOException {
    assertThat(encode(RowCoders.TEXT, "\ud800")).isNotEqualTo(encode(RowCoders.TEXT, "\ud801"));
    assertThat(roundTrip(RowCoders.TEXT, "a\udfff\u4e2d")).isEqualTo("a\udfff\u4e2d");
  }

  @Test
  void aFieldOfAnotherTypeIsNamed() {
    Row row = Row.of("r", Map.of("price", new BigDecimal("1.5")));
    assertThatThrownBy(() -> encode(RowCoders.ROW, row))
        .isInstanceOf(CoderException.class)
        .hasMessageContaining("java.math.BigDecimal");
  }

  @Test
  void plansAndTotalsComeBackAsTheyWere() throws IOException {
    OpeningSummary summary = new OpeningSummary(1000);
    for (Row row : Rows.grouped(100, 5, 20, 5, 1)) {
      summary.add(Rows.traced(row).opening());
    }
    for (Grouping grouping : Grouping.values()) {
      PrefixPlan plan =
          PrefixPlanner.plan(
              roundTrip(Coders.SUMMARY, summary),
              PlanOptions.defaults().withGrouping(grouping).withRanges(4, 4));
      assertThat(plan.ranges()).isEqualTo(4);
      assertThat(roundTrip(Coders.PLAN, plan)).isEqualTo(plan);
    }
    PrefixTotals totals = new PrefixTotals(1L << 40, 2, 1L << 50, 1L << 45, 1L << 49, 70_000);
    WalkedRange range = new WalkedRange(3, TokenSequence.of(1), TokenSequence.of(2, 3), totals);
    assertThat(roundTrip(Coders.RANGE, range)).isEqualTo(range);
    assertThat(roundTrip(Coders.TOTALS, totals)).isEqualTo(totals);
  }

  private static <T> T roundTrip(Coder<T> coder, T value) throws IOException {
    byte[] bytes = encode(coder, value);
    ByteArrayInputStream in = new ByteArrayInputStream(bytes);
    T read = coder.decode(in);
    assertThat(in.available()).isZero();
    assertThat(encode(coder, read)).isEqualTo(bytes);
    return read;
  }

  private static <T> byte[] encode(Coder<T> coder, T value) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    coder.encode(value, out);
    return out.toByteArray();
  }
}
