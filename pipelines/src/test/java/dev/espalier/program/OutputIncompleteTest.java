package dev.espalier.program;

import static dev.espalier.program.Options.choices;
import static dev.espalier.program.Options.grammar;
import static dev.espalier.program.Options.jsonSchema;
import static dev.espalier.program.Options.maxTokens;
import static dev.espalier.program.Options.n;
import static dev.espalier.program.Options.regex;
import static dev.espalier.program.Options.temperature;
import static dev.espalier.program.Options.type;
import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.open.Engines;
import dev.espalier.engine.open.ModelDirectory;
import dev.espalier.engine.text.HuggingFaceTokenizer;
import dev.espalier.row.NamedValue;
import dev.espalier.row.RowError;
import dev.espalier.row.RowOutcome;
import dev.espalier.row.ValueType;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A constrained output that is cut off makes its row an error row, on the built-in model. */
class OutputIncompleteTest {
  private static final String SCHEMA =
      "{\"type\": \"object\", \"properties\": {\"summary\": {\"type\": \"string\", \"minLength\": 30}},"
          + " \"required\": [\"summary\"], \"additionalProperties\": false}";

  private static Engine engine;
  private static HuggingFaceTokenizer tokenizer;

  @BeforeAll
  static void open() {
    engine = Engines.open("builtin:nano", EngineOptions.defaults().withKvCacheBytes(64 << 20));
    tokenizer = HuggingFaceTokenizer.load(ModelDirectory.resolve("builtin:nano").path());
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  private static RowOutcome run(Program program) {
    try (ProgramRunner runner =
        ProgramRunner.builder(program, tokenizer, engine.model().contextLength()).build()) {
      return runner.run(Programs.row("a", "ask"), engine, 7).join();
    }
  }

  private static GenOption[] with(GenOption limit, GenOption... others) {
    return Stream.concat(Stream.of(limit), Stream.of(others)).toArray(GenOption[]::new);
  }

  static Stream<GenOption> constraints() {
    return Stream.of(
        choices("international shipping", "internal affairs of the union"),
        jsonSchema(SCHEMA),
        regex("[a-z]{40,}"),
        grammar("root ::= \"(\" inner \")\"\ninner ::= [a-z]{30} | \"(\" inner \")\""));
  }

  @ParameterizedTest
  @MethodSource("constraints")
  void each_constraint_that_max_tokens_cuts_short_is_an_error_that_says_how_many(
      GenOption constraint) {
    RowOutcome outcome =
        run(s -> s.set("before", 1).text("ask").gen("cut", with(maxTokens(4), constraint)));

    RowError error = outcome.error().orElseThrow();
    assertThat(error.code()).isEqualTo(RowError.OUTPUT_INCOMPLETE);
    assertThat(error.step()).isEqualTo("cut");
    assertThat(error.message()).contains("maxTokens allows 4 tokens").contains("raise maxTokens");
    assertThat(outcome.values()).extracting(NamedValue::name).containsExactly("before");
  }

  @Test
  void the_default_of_max_tokens_is_such_a_limit() {
    assertThat(
            run(s -> s.text("ask").gen("cut", jsonSchema(SCHEMA))).error().orElseThrow().message())
        .contains("maxTokens allows 16 tokens");
  }

  @Test
  void so_is_the_end_of_the_context() {
    int context = engine.model().contextLength();
    RowOutcome outcome =
        run(s -> s.text(" a".repeat(context - 5)).gen("cut", maxTokens(500), regex("[a-z]{200,}")));
    RowError error = outcome.error().orElseThrow();
    assertThat(error.code()).isEqualTo(RowError.OUTPUT_INCOMPLETE);
    assertThat(error.message())
        .containsPattern("the prompt of \\d+ tokens leaves \\d of the " + context);
  }

  @Test
  void a_number_that_is_one_as_far_as_it_goes_is_complete_and_a_sign_alone_is_none() {
    RowOutcome whole =
        run(
            s ->
                s.text("ask")
                    .gen("digits", maxTokens(3), regex("[0-9]{3,99}"), type(ValueType.INTEGER)));
    assertThat(whole.error()).isEmpty();
    RowOutcome sign =
        run(
            s ->
                s.text("ask")
                    .gen("sign", maxTokens(1), regex("-[0-9]{1,3}"), type(ValueType.INTEGER)));
    assertThat(sign.error()).map(RowError::code).contains(RowError.OUTPUT_INCOMPLETE);
  }

  @Test
  void one_of_many_samples_or_branches_is_enough() {
    List<GenOption> two = List.of(n(8), temperature(1));
    RowOutcome samples =
        run(
            s ->
                s.text("ask")
                    .gen("cut", maxTokens(3), regex("a|[b-z]{30}"), two.get(0), two.get(1)));
    assertThat(samples.error()).map(RowError::code).contains(RowError.OUTPUT_INCOMPLETE);
    RowOutcome fork =
        run(
            s ->
                s.text("ask")
                    .fork(2)
                    .forEach(branch -> branch.gen("cut", maxTokens(2), regex("[b-z]{30}"))));
    assertThat(fork.error()).map(RowError::code).contains(RowError.OUTPUT_INCOMPLETE);
    assertThat(fork.error()).map(RowError::step).contains("fork[0]/cut");
  }
}
