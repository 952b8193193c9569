package dev.espalier.program;

import static dev.espalier.program.Options.maxTokens;
import static dev.espalier.program.Options.regex;
import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.Constraint;
import dev.espalier.row.NamedValue;
import dev.espalier.row.Row;
import dev.espalier.row.RowOutcome;
import dev.espalier.row.StepTrace;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The program of the language's documentation, word for word. */
class TriageTest {
  private static final String POLICY = "Sort tickets.";
  private static final List<String> CATEGORIES = List.of("billing", "shipping");

  private static final Program TRIAGE =
      s -> {
        s.system(POLICY).user(s.row("body"));
        String category = s.select("category", CATEGORIES);
        if (s.gen("urgency", regex("[1-5]")).asInt() >= 4) {
          s.user("Reply in numbered steps about " + category + ".").gen("reply", maxTokens(120));
        } else {
          s.user("Reply in one sentence.").gen("reply", maxTokens(40));
        }
      };

  private final WordTokenizer tokenizer = new WordTokenizer();

  private FakeEngine engine(String urgency) {
    return new FakeEngine(tokenizer)
        .answering(
            request ->
                request.constraint().isPresent()
                    ? urgency
                    : "max " + request.sampling().maxTokens());
  }

  @Test
  void branchesOnWhatTheModelSaid() {
    Row row = Programs.row("body", "My lamp is late.");
    RowOutcome urgent = Programs.run(TRIAGE, row, engine("4"), tokenizer);
    RowOutcome calm = Programs.run(TRIAGE, row, engine("3"), tokenizer);
    assertThat(urgent.error()).isEmpty();
    assertThat(Programs.values(urgent))
        .containsEntry("urgency", "4")
        .containsEntry("reply", "max 120");
    assertThat(Programs.values(calm))
        .containsEntry("urgency", "3")
        .containsEntry("reply", "max 40");
    assertThat(urgent.values())
        .extracting(NamedValue::name)
        .containsExactly("category", "urgency", "reply");
    assertThat(urgent.trace())
        .extracting(StepTrace::step)
        .containsExactly("category", "urgency", "reply");
    assertThat(urgent.trace()).extracting(StepTrace::kind).containsExactly("select", "gen", "gen");
  }

  @Test
  void everyStepGoesOnFromTheTokensOfTheLast() {
    FakeEngine engine = engine("5");
    RowOutcome outcome =
        Programs.run(TRIAGE, Programs.row("body", "My lamp is late."), engine, tokenizer);
    Object category = Programs.values(outcome).get("category");
    assertThat(engine.prompt(0))
        .isEqualTo(
            """
            <|im_start|>system
            Sort tickets.<|im_end|>
            <|im_start|>user
            My lamp is late.<|im_end|>
            <|im_start|>assistant
            """);
    assertThat(engine.prompt(1)).isEqualTo(engine.prompt(0) + category);
    assertThat(engine.prompt(2))
        .isEqualTo(
            engine.prompt(1)
                + "5<|im_end|>\n<|im_start|>user\nReply in numbered steps about "
                + category
                + ".<|im_end|>\n<|im_start|>assistant\n");
    assertThat(engine.prompts().get(1).startsWith(engine.prompts().get(0))).isTrue();
    assertThat(engine.prompts().get(2).startsWith(engine.prompts().get(1))).isTrue();
    assertThat(engine.generations().get(0).constraint()).contains(new Constraint.Regex("[1-5]"));
  }

  @Test
  void seedsAreNamedByRunRowAndStep() {
    FakeEngine engine = engine("5");
    Programs.run(TRIAGE, Programs.row("body", "Hello."), engine, tokenizer);
    assertThat(engine.generations())
        .extracting(request -> request.seed().toString())
        .containsExactly(
            "SeedPath[runSeed=7, rowId=r1, stepPath=urgency]",
            "SeedPath[runSeed=7, rowId=r1, stepPath=reply]");
    long session = engine.scorings().get(0).session();
    assertThat(session).isPositive();
    assertThat(engine.generations()).allMatch(request -> request.session() == session);
  }
}
