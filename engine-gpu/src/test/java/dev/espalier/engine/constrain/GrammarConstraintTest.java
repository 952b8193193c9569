package dev.espalier.engine.constrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.espalier.engine.Constraint;
import dev.espalier.engine.ConstraintException;
import dev.espalier.engine.EngineException;
import dev.espalier.engine.ErrorCode;
import dev.espalier.engine.constrain.vocabulary.CompiledConstraint;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GrammarConstraintTest {
  private static final FakeTokenizer LETTERS =
      FakeTokenizer.of("a", "b", "c", "ab", "ba", "aa", "cc", "abc", "cab", "aaaa", "bcbcb", "d");
  private static final FakeTokenizer BYTES =
      FakeTokenizer.withBytesAndPieces(
          5,
          "(((",
          ")))",
          "1+(2",
          "[[[]]]",
          "\"key\": [",
          "]]}}",
          "null,",
          "é中😀",
          "aaaa",
          "x1 = ");

  private static final String ARITHMETIC =
      """
      # left recursion, right recursion and nesting
      root ::= expr
      expr ::= term | expr ("+" | '-') term
      term ::= factor ('*' term)?
      factor ::= [0-9]{1,3} | "(" expr ")" | name
      name ::= /[a-z]\\w*/ | "é中😀"
      """;

  private static CompiledConstraint compile(FakeTokenizer vocabulary, String ebnf) {
    return new ConstraintCompiler(vocabulary, vocabulary.size())
        .compile(new Constraint.Grammar(ebnf));
  }

  /** The state after the bytes of {@code text} one by one, or null if one of them cannot come. */
  private static CompiledConstraint.State read(
      CompiledConstraint constraint, FakeTokenizer vocabulary, String text) {
    CompiledConstraint.State state = constraint.start();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      int token = vocabulary.single(b);
      if (!BitSet.valueOf(state.allowed()).get(token)) {
        return null;
      }
      state = state.next(token);
    }
    return state;
  }

  private static boolean accepts(
      CompiledConstraint constraint, FakeTokenizer vocabulary, String text) {
    CompiledConstraint.State state = read(constraint, vocabulary, text);
    return state != null && state.mayEnd();
  }

  @Test
  void agrees_with_the_reference_on_random_grammars_and_all_short_texts() {
    Random random = new Random(6);
    int compiled = 0;
    int recursive = 0;
    for (int i = 0; i < 250; i++) {
      BnfReference grammar = BnfReference.random(random);
      CompiledConstraint constraint;
      try {
        constraint = compile(LETTERS, grammar.ebnf());
      } catch (EngineException e) {
        assertThat(e.code()).isEqualTo(ErrorCode.CONSTRAINT_UNSATISFIABLE);
        assertThat(shortTexts(4).stream().noneMatch(grammar::derives)).isTrue();
        continue;
      }
      compiled++;
      recursive += constraint instanceof DfaConstraint ? 0 : 1;
      for (String text : shortTexts(4)) {
        assertThat(accepts(constraint, LETTERS, text))
            .as("%s on '%s'", grammar.ebnf(), text)
            .isEqualTo(grammar.derives(text));
      }
      assertMasksAreExact(constraint.start(), LETTERS, random, grammar.ebnf());
    }
    assertThat(compiled).isGreaterThan(120);
    assertThat(recursive).isGreaterThan(50);
  }

  private static List<String> shortTexts(int maxLength) {
    List<String> texts = new ArrayList<>(List.of(""));
    for (int i = 0; i < texts.size() && texts.get(i).length() < maxLength; i++) {
      for (char c = 'a'; c <= 'c'; c++) {
        texts.add(texts.get(i) + c);
      }
    }
    return texts;
  }

  /** A token is allowed just if its bytes can be read, along a random walk. */
  private static void assertMasksAreExact(
      CompiledConstraint.State start, FakeTokenizer vocabulary, Random random, String name) {
    CompiledConstraint.State state = start;
    for (int step = 0; step < 12 && !state.isFinal(); step++) {
      BitSet allowed = BitSet.valueOf(state.allowed());
      BitSet readable = new BitSet();
      for (int token = 0; token < vocabulary.size(); token++) {
        readable.set(token, canRead(state, token));
      }
      assertThat(allowed).as("step %d of %s", step, name).isEqualTo(readable);
      int[] tokens = allowed.stream().toArray();
      state = state.next(tokens[random.nextInt(tokens.length)]);
    }
  }

  private static boolean canRead(CompiledConstraint.State state, int token) {
    try {
      state.next(token);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "1,true", "12+3*x1-(4),true", "((((7)))),true", "1+,false", "1234,false", "(1,false",
        "1)+2,false", "é中😀*é中😀,true", "é中,false", "1++2,false", "a_b,true", "``,false"
      })
  void reads_left_and_right_recursion(String text, boolean derived) {
    assertThat(accepts(compile(BYTES, ARITHMETIC), BYTES, text)).isEqualTo(derived);
  }

  @Test
  void masks_of_deep_and_ambiguous_stacks_are_exact() {
    Random random = new Random(7);
    String[] grammars = {
      ARITHMETIC,
      "root ::= e\ne ::= e e | \"(\" e \")\" | \"[\" e? \"]\" | [0-9a]",
      "root ::= a a a\n"
          + "a ::= \"(\" a? \")\" | \"(\" a \"]\" | b\n"
          + "b ::= \"((\" a \")\" | \"\" | \"[\"",
      "root ::= v\n"
          + "v ::= \"[\" (v (\",\" v)*)? \"]\" | \"null\" | \"{\" k v \"}\"\n"
          + "k ::= '\"' .* '\": '"
    };
    for (String grammar : grammars) {
      CompiledConstraint constraint = compile(BYTES, grammar);
      for (int i = 0; i < 10; i++) {
        assertMasksAreExact(constraint.start(), BYTES, random, grammar);
      }
    }
  }

  private static FakeTokenizer runsOf(String letter, int longest) {
    return FakeTokenizer.of(
        IntStream.rangeClosed(0, longest)
            .mapToObj(length -> length == 0 ? "b" : letter.repeat(length))
            .toArray(String[]::new));
  }

  @Test
  void long_tokens_are_found_though_a_text_derives_in_all_ways() {
    FakeTokenizer runs = runsOf("a", 24);
    for (String rules : List.of("root root | \"a\"", "root root root | root root | \"a\" | \"\"")) {
      CompiledConstraint.State state = compile(runs, "root ::= " + rules).start();
      BitSet all = new BitSet();
      all.set(2, runs.size()); // behind the special token and b
      for (int i = 0; i < 3; i++) {
        assertThat(BitSet.valueOf(state.allowed())).as(rules).isEqualTo(all);
        state = state.next(runs.size() - 1);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "root ::= root root | \"a\" | \"\"",
        "root ::= root root root | root root | \"a\" | \"b\"",
        "root ::= x y\nx ::= \"a\" x | x \"a\" | \"\"\ny ::= \"a\" y | y \"a\" | \"\"",
        "root ::= (\"a\" | b){0,3000}\nb ::= \"a\" b | \"\""
      })
  void what_takes_too_many_steps_to_read_is_refused_when_it_is_compiled(String grammar) {
    ConstraintException refusal =
        catchThrowableOfType(ConstraintException.class, () -> compile(runsOf("a", 1500), grammar));
    assertThat(refusal.code()).isEqualTo(ErrorCode.CONSTRAINT_INVALID);
    assertThat(refusal).hasMessageStartingWith("Grammar: too ambiguous: ");
  }

  @Test
  void an_output_that_takes_too_many_steps_to_read_on_ends_alike_each_time() {
    FakeTokenizer runs = runsOf("a", 20);
    int[] lengths = new int[2];
    for (int i = 0; i < lengths.length; i++) {
      CompiledConstraint constraint = compile(runs, "root ::= \"a\" root \"a\" root | \"\"");
      CompiledConstraint.State[] state = {constraint.start()};
      ConstraintException refusal = null;
      while (refusal == null) {
        lengths[i]++;
        refusal =
            catchThrowableOfType(
                ConstraintException.class,
                () -> {
                  long[] unused = state[0].allowed();
                  state[0] = state[0].next(runs.size() - 1);
                });
      }
      assertThat(refusal.code()).isEqualTo(ErrorCode.CONSTRAINT_INVALID);
      assertThat(refusal).hasMessageContaining("too ambiguous");
    }
    assertThat(lengths[0]).isEqualTo(lengths[1]).isGreaterThan(3);
  }

  @Test
  void every_walk_ends_in_a_text_that_derives() {
    CompiledConstraint constraint = compile(BYTES, ARITHMETIC);
    int ended = 0;
    for (int seed = 0; seed < 300; seed++) {
      String text = RandomWalk.text(constraint, BYTES, seed, 200);
      if (text != null) {
        ended++;
        assertThat(accepts(constraint, BYTES, text)).as(text).isTrue();
      }
    }
    assertThat(ended).isGreaterThan(200);
  }

  @Test
  void right_and_left_recursive_lists_do_not_slow_down() {
    for (String list :
        List.of("l ::= \"a\" | \"a\" l", "l ::= \"a\" | l \"a\"", "l ::= l l | \"a\"")) {
      CompiledConstraint constraint = compile(LETTERS, "root ::= l \"b\"\n" + list);
      CompiledConstraint.State state = constraint.start();
      for (int i = 0; i < 120; i++) {
        assertThat(BitSet.valueOf(state.allowed()).get(LETTERS.single((byte) 'a'))).isTrue();
        state = state.next(LETTERS.single((byte) 'a'));
      }
      assertThat(state.next(LETTERS.single((byte) 'b')).isFinal()).isTrue();
    }
  }

  @Test
  void rules_without_recursion_become_one_automaton() {
    assertThat(compile(BYTES, "root ::= a{2,3} b?\na ::= \"x\" | b b\nb ::= [0-9]+ \" \""))
        .isInstanceOf(DfaConstraint.class);
  }

  @Test
  void bytes_that_are_no_tokens_are_avoided() {
    FakeTokenizer few = FakeTokenizer.of("(", ")", "x", "xy", "(y");
    CompiledConstraint constraint = compile(few, "root ::= \"(\" root \")\" | \"x\" | \"y\"");
    for (int seed = 0; seed < 100; seed++) {
      String text = RandomWalk.text(constraint, few, seed, 400);
      assertThat(text == null || text.matches("\\(*x\\)*")).as(text).isTrue();
    }
    assertThat(
            catchThrowableOfType(
                    EngineException.class, () -> compile(few, "root ::= \"(\" root \")\" | \"y\""))
                .code())
        .isEqualTo(ErrorCode.CONSTRAINT_UNSATISFIABLE);
  }

  @Test
  void a_grammar_without_a_finite_text_is_unsatisfiable() {
    EngineException refused =
        catchThrowableOfType(
            EngineException.class, () -> compile(BYTES, "root ::= \"a\" root | b\nb ::= b"));
    assertThat(refused.code()).isEqualTo(ErrorCode.CONSTRAINT_UNSATISFIABLE);
  }

  @Test
  void what_grows_too_large_is_refused() {
    EngineException refused =
        catchThrowableOfType(
            EngineException.class,
            () -> compile(BYTES, "root ::= (\"a\" | \"b\")* \"a\" (\"a\" | \"b\"){60} root?"));
    assertThat(refused.code()).isEqualTo(ErrorCode.CONSTRAINT_INVALID);
    assertThat(refused).hasMessageContaining("too large");
  }
}
