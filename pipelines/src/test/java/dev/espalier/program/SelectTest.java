package dev.espalier.program;

import static dev.espalier.program.Options.method;
import static dev.espalier.program.Options.type;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.engine.ScoreRequest;
import dev.espalier.engine.ScoreResult;
import dev.espalier.engine.ScoreResult.Continuation;
import dev.espalier.engine.TokenSequence;
import dev.espalier.row.NamedValue;
import dev.espalier.row.Row;
import dev.espalier.row.RowOutcome;
import dev.espalier.row.StepTrace;
import dev.espalier.row.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SelectTest {
  private final WordTokenizer tokenizer = new WordTokenizer();
  private final Row row = Programs.row();

  /** Scores each token by its text, after "p" and alone. */
  private FakeEngine engine(Map<String, Float> logprobs) {
    return new FakeEngine(tokenizer)
        .scoring(
            request -> {
              List<Continuation> continuations = new ArrayList<>();
              for (TokenSequence tokens : request.continuations()) {
                continuations.add(new Continuation(logprobs(request, tokens, logprobs), false));
              }
              return new ScoreResult(continuations, request.prefix().length(), 0);
            });
  }

  private List<Float> logprobs(
      ScoreRequest request, TokenSequence tokens, Map<String, Float> table) {
    String alone = tokenizer.decode(request.prefix()).endsWith(":") ? "" : "alone";
    List<Float> logprobs = new ArrayList<>();
    for (int i = 0; i < tokens.length(); i++) {
      logprobs.add(table.getOrDefault(alone + tokenizer.decode(tokens.slice(i, i + 1)), -9f));
    }
    return logprobs;
  }

  private String select(ChoiceMethod method, Map<String, Float> logprobs, String... choices) {
    RowOutcome outcome =
        Programs.run(
            s -> s.text("Label:").select("a", List.of(choices), method(method)),
            row,
            engine(logprobs),
            tokenizer);
    assertThat(outcome.error()).isEmpty();
    return (String) Programs.values(outcome).get("a");
  }

  /** " long" is likely after " very", so that the two-token choice wins by its mean alone. */
  private static final Map<String, Float> LOGPROBS =
      Map.of(
          " short",
          -1.5f,
          " very",
          -1.4f,
          " long",
          -0.2f,
          " odd",
          -1.3f,
          " tail",
          -6f,
          "alone long",
          -0.1f,
          "alone tail",
          -9f);

  private static final String[] CHOICES = {" short", " very long", " odd tail"};

  @Test
  void theMethodsWeighAsSGLangDefinesThem() {
    // Sums -1.5, -1.6, -7.3; means -1.5, -0.8, -3.65; first tokens -1.5, -1.4, -1.3;
    // without what is likely anyway: -1.5, (-1.4 - 0.2 + 0.1) / 2, (-1.3 - 6 + 9) / 2.
    assertThat(select(ChoiceMethod.LOG_LIKELIHOOD, LOGPROBS, CHOICES)).isEqualTo(" short");
    assertThat(select(ChoiceMethod.TOKEN_LENGTH_NORMALIZED, LOGPROBS, CHOICES))
        .isEqualTo(" very long");
    assertThat(select(ChoiceMethod.GREEDY_TOKEN_SELECTION, LOGPROBS, CHOICES))
        .isEqualTo(" odd tail");
    assertThat(select(ChoiceMethod.UNCONDITIONAL_LIKELIHOOD_NORMALIZED, LOGPROBS, CHOICES))
        .isEqualTo(" odd tail");
  }

  @Test
  void aChoiceThatIsTheBeginningOfAnotherGoesOnWithItsMean() {
    Map<String, Float> logprobs = Map.of(" very", -1f, " long", -1.5f, " far", -0.5f);
    assertThat(select(ChoiceMethod.GREEDY_TOKEN_SELECTION, logprobs, " very long", " very"))
        .isEqualTo(" very");
    assertThat(select(ChoiceMethod.GREEDY_TOKEN_SELECTION, logprobs, " very", " very far"))
        .isEqualTo(" very far");
  }

  @Test
  void theFirstOfEqualsWins() {
    for (ChoiceMethod method : ChoiceMethod.values()) {
      assertThat(select(method, Map.of(), " b", " a", " c")).isEqualTo(" b");
    }
  }

  @Test
  void spacesAtTheEndOfTheTextMoveToTheChoices() {
    FakeEngine engine = engine(Map.of(" short", -1f));
    RowOutcome outcome =
        Programs.run(
            s -> {
              s.text("Label: ").select("a", List.of("long", "short"));
              s.text("\nNext:").gen("b");
            },
            row,
            engine,
            tokenizer);
    ScoreRequest request = engine.scorings().get(0);
    assertThat(tokenizer.spell(request.prefix())).isEqualTo("<s>·Label·:");
    assertThat(request.continuations())
        .extracting(tokenizer::spell)
        .containsExactly(" long", " short");
    assertThat(Programs.values(outcome)).containsEntry("a", "short");
    assertThat(tokenizer.spell(engine.prompts().get(1))).isEqualTo("<s>·Label·:· short·\n·Next·:");
  }

  @Test
  void whatTheTemplateWroteDoesNotMove() {
    FakeEngine engine = engine(Map.of());
    Programs.run(s -> s.user("Which? ").select("a", List.of("x")), row, engine, tokenizer);
    assertThat(engine.prompt(0)).endsWith("Which? <|im_end|>\n<|im_start|>assistant\n");
  }

  @Test
  void aChoiceMayHaveAType() {
    FakeEngine engine = engine(Map.of(" 2", -1f));
    RowOutcome outcome =
        Programs.run(
            s -> s.text("n:").select("a", List.of("1", "2"), type(ValueType.INTEGER)),
            row,
            engine,
            tokenizer);
    assertThat(outcome.values()).containsExactly(new NamedValue("a", ValueType.INTEGER, 1L));
  }

  @Test
  void theTraceAndTheValueSayHowTheChoiceWasMade() {
    List<List<ChoiceScore>> scores = new ArrayList<>();
    RowOutcome outcome =
        Programs.run(
            s -> scores.add(s.text("Label:").choose("a", List.of(CHOICES)).choices()),
            row,
            engine(LOGPROBS),
            tokenizer);
    assertThat(scores.get(0)).extracting(ChoiceScore::choice).containsExactly(CHOICES);
    assertThat(scores.get(0)).extracting(ChoiceScore::tokens).containsExactly(1, 2, 2);
    assertThat(scores.get(0).get(1).logprob()).isCloseTo(-1.6, within(1e-6));
    assertThat(outcome.trace())
        .containsExactly(new StepTrace("a", "select", 3, 0, 1, "choice", -1.5, " short"));
  }
}
