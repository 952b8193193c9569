package dev.espalier.engine.constrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.espalier.engine.Constraint;
import dev.espalier.engine.ConstraintException;
import dev.espalier.engine.ErrorCode;
import dev.espalier.engine.ShortestOutput;
import dev.espalier.engine.constrain.vocabulary.CompiledConstraint;
import dev.espalier.engine.text.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is said of a constraint before there is a request. */
class ConstraintCheckTest {
  private static final int LONGEST = 12;
  private static final List<String> PIECES = List.of("ab", "ba", "aa");
  private static final Tokenizer VOCABULARY = FakeTokenizer.of("a", "b", "ab", "ba", "aa");

  /** All texts of up to {@link #LONGEST} letters. */
  private static final List<String> TEXTS = texts();

  private final ConstraintCompiler compiler = new ConstraintCompiler(VOCABULARY, VOCABULARY.size());

  private static List<String> texts() {
    List<String> texts = new ArrayList<>(List.of(""));
    for (int i = 0; texts.get(i).length() < LONGEST; i++) {
      texts.add(texts.get(i) + "a");
      texts.add(texts.get(i) + "b");
    }
    return texts;
  }

  private static int fewestTokens(String text) {
    int[] fewest = new int[text.length() + 1];
    Arrays.fill(fewest, 1, fewest.length, Integer.MAX_VALUE);
    for (int end = 1; end <= text.length(); end++) {
      fewest[end] = fewest[end - 1] + 1;
      if (end > 1 && PIECES.contains(text.substring(end - 2, end))) {
        fewest[end] = Math.min(fewest[end], fewest[end - 2] + 1);
      }
    }
    return fewest[text.length()];
  }

  static Stream<Constraint> constraints() {
    return Stream.of(
        new Constraint.Choice(List.of("aabbaabb", "bbbb", "abababababab")),
        new Constraint.Choice(List.of("a", "")),
        new Constraint.Regex("(ab){3,5}a?|b{4}"),
        new Constraint.Regex("b{4,9}|(aa){3}"),
        new Constraint.Regex("[ab]{5,}aab"),
        new Constraint.Regex("b*(a|bb)b*abb"),
        new Constraint.Grammar(
            "root ::= \"a\" root \"b\" | \"ba\" item\nitem ::= \"b\" item \"a\" | \"aa\""),
        new Constraint.Grammar("root ::= root \"ab\" root \"a\" | \"bb\""),
        new Constraint.Grammar("root ::= x x x x\nx ::= \"a\" x \"a\" | \"b\""));
  }

  @ParameterizedTest
  @MethodSource("constraints")
  void the_shortest_output_is_that_of_all_texts_tried_in_turn(Constraint constraint) {
    CompiledConstraint ofBytes =
        new ConstraintCompiler(new ByteVocabulary(), ByteVocabulary.SIZE).compile(constraint);
    List<String> accepted =
        TEXTS.stream().filter(text -> ByteVocabulary.accepts(ofBytes, text)).toList();
    int bytes = accepted.stream().mapToInt(String::length).min().orElseThrow();
    int tokens = accepted.stream().mapToInt(ConstraintCheckTest::fewestTokens).min().orElseThrow();
    // A longer text has more tokens, so these are the fewest of all.
    assertThat(tokens).isLessThanOrEqualTo(LONGEST / 2);

    ShortestOutput said = compiler.check(constraint);

    assertThat(said.bytes()).isEqualTo(bytes);
    if (constraint instanceof Constraint.Grammar) {
      assertThat(said.tokens()).isBetween((bytes + 1) / 2, tokens);
    } else {
      assertThat(said.tokens()).isEqualTo(tokens);
    }
  }

  private ConstraintException refusal(Constraint constraint) {
    return catchThrowableOfType(ConstraintException.class, () -> compiler.check(constraint));
  }

  private void assertRefusedAt(Constraint constraint, String text, String fault, String problem) {
    ConstraintException refusal = refusal(constraint);
    assertThat(refusal.code()).isEqualTo(ErrorCode.CONSTRAINT_INVALID);
    assertThat(text.substring(refusal.position())).startsWith(fault);
    assertThat(refusal.problem()).contains(problem);
    assertThat(refusal).hasMessageContaining(refusal.problem());
  }

  @Test
  void a_refusal_names_the_place_in_the_pattern_the_grammar_or_the_schema() {
    String regex = "[A-Z]{3}-(\\d{2}";
    assertRefusedAt(new Constraint.Regex(regex), regex, "(\\d{2}", "unclosed group");
    String grammar = "root ::= item+\nitem ::= \"a\" other\n";
    assertRefusedAt(new Constraint.Grammar(grammar), grammar, "other", "not defined");
    String inner = "root ::= \"😀\" /[a-/";
    assertRefusedAt(new Constraint.Grammar(inner), inner, "[a-", "unclosed class");
    String schema =
        "{\"type\": \"object\", \"properties\": {\"a/b\": {\"type\": \"string\", \"pattern\": \"(\"}}}";
    assertRefusedAt(new Constraint.JsonSchema(schema), schema, "\"pattern\"", "unclosed group");
    assertThat(refusal(new Constraint.JsonSchema(schema)).pointer())
        .isEqualTo("/properties/a~1b/pattern");
    String element = "{\"anyOf\": [{\"type\": \"string\"}, {\"tpye\": 1}, 7]}";
    assertRefusedAt(new Constraint.JsonSchema(element), element, "7", "an object or a boolean");
  }

  @Test
  void a_schema_that_is_no_json_is_refused_near_its_place() {
    String schema = "{\"type\": \"object\",\n \"required\": [\"a\" \"b\"]}";
    ConstraintException refusal = refusal(new Constraint.JsonSchema(schema));
    assertThat(refusal.position()).isBetween(schema.indexOf("\"a\""), schema.indexOf("]"));
    assertThat(refusal.problem()).contains("no JSON, line 2");
  }

  @Test
  void a_refusal_is_the_same_each_time() {
    Constraint constraint = new Constraint.Regex("a(");
    ConstraintException first = refusal(constraint);
    assertThat(refusal(constraint))
        .hasMessage(first.getMessage())
        .extracting(ConstraintException::position, ConstraintException::problem)
        .containsExactly(first.position(), first.problem());
  }
}
