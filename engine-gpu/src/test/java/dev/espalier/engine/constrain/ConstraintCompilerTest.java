package dev.espalier.engine.constrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.espalier.engine.Constraint;
import dev.espalier.engine.EngineException;
import dev.espalier.engine.ErrorCode;
import dev.espalier.engine.constrain.vocabulary.CompiledConstraint;
import dev.espalier.engine.text.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConstraintCompilerTest {
  private static final FakeTokenizer VOCABULARY =
      FakeTokenizer.withBytesAndPieces(
          1, "high", "low", "2024-01-31", "naïve café", "中文字符", "😀😃", "the quick brown", "12345");
  private static final int LOGITS = VOCABULARY.size() + 70;

  private final ConstraintCompiler compiler = new ConstraintCompiler(VOCABULARY, LOGITS);

  private static boolean isBeginningOf(byte[] beginning, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return beginning.length <= bytes.length
        && Arrays.equals(beginning, 0, beginning.length, bytes, 0, beginning.length);
  }

  @Test
  void choices_allow_exactly_the_tokens_that_go_on_to_one_of_them() {
    List<String> choices = List.of("high", "highest", "low", "café", "中文", "中国", "");
    assertChoices(choices, compiler.compile(new Constraint.Choice(choices)).start(), new byte[0]);
  }

  private void assertChoices(List<String> choices, CompiledConstraint.State state, byte[] output) {
    BitSet expected = new BitSet();
    for (int token = 1; token < VOCABULARY.size(); token++) {
      byte[] longer = concat(output, VOCABULARY.bytes(token));
      if (choices.stream().anyMatch(choice -> isBeginningOf(longer, choice))) {
        expected.set(token);
      }
    }
    assertThat(BitSet.valueOf(state.allowed())).isEqualTo(expected);
    assertThat(state.allowed()).hasSize((LOGITS + 63) / 64);
    assertThat(state.mayEnd())
        .isEqualTo(choices.contains(new String(output, StandardCharsets.UTF_8)));
    assertThat(state.isFinal()).isEqualTo(expected.isEmpty());
    assertThat(state.forced())
        .isEqualTo(expected.cardinality() == 1 && !state.mayEnd() ? expected.nextSetBit(0) : -1);
    expected.stream()
        .forEach(
            token ->
                assertChoices(choices, state.next(token), concat(output, VOCABULARY.bytes(token))));
    expected.flip(0, LOGITS);
    expected.stream()
        .limit(3)
        .forEach(
            token ->
                assertThatThrownBy(() -> state.next(token))
                    .isInstanceOf(IllegalArgumentException.class));
  }

  private static byte[] concat(byte[] a, byte[] b) {
    byte[] joined = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, joined, a.length, b.length);
    return joined;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[1-5]",
        "\\d{4}-\\d{2}-\\d{2}",
        "(high|low)(, (high|low))*",
        "[\\p{L} ]{0,30}",
        "[^a-z]{1,9}",
        "(?s).{3}",
        "[一-龥]+。?",
        "(?i)café( naïve)?"
      })
  void every_walk_ends_in_a_text_that_matches(String pattern) {
    CompiledConstraint constraint = compiler.compile(new Constraint.Regex(pattern));
    int ended = 0;
    for (int seed = 0; seed < 200; seed++) {
      String text = RandomWalk.text(constraint, VOCABULARY, seed, 300);
      if (text != null) {
        ended++;
        assertThat(Pattern.compile(pattern, Pattern.UNICODE_CASE).matcher(text).matches())
            .as(text)
            .isTrue();
      }
    }
    assertThat(ended).isGreaterThan(150);
  }

  @Test
  void a_vocabulary_without_single_bytes_never_leads_into_a_dead_end() {
    Tokenizer pairs = FakeTokenizer.of("aa", "ab", "b", "ca", "c", "d");
    CompiledConstraint constraint =
        new ConstraintCompiler(pairs, 7).compile(new Constraint.Regex("(a|c){3}|ab*"));
    // "a" alone is no token, so an odd number of them is spelled only through "ca" and "c".
    assertThat(BitSet.valueOf(constraint.start().allowed()).stream().toArray())
        .containsExactly(1, 2, 4, 5); // aa ab ca c
    CompiledConstraint.State aa = constraint.start().next(1);
    assertThat(BitSet.valueOf(aa.allowed()).stream().toArray()).containsExactly(5);
    for (int seed = 0; seed < 200; seed++) {
      assertThat(RandomWalk.text(constraint, pairs, seed, 100)).matches("[ac]{3}|ab*");
    }
  }

  @Test
  void what_no_token_can_spell_is_unsatisfiable() {
    Tokenizer digits = FakeTokenizer.of("1", "22", "3");
    ConstraintCompiler few = new ConstraintCompiler(digits, 4);
    assertThat(code(few, new Constraint.Regex("[a-z]+")))
        .isEqualTo(ErrorCode.CONSTRAINT_UNSATISFIABLE);
    assertThat(code(few, new Constraint.Regex("2"))).isEqualTo(ErrorCode.CONSTRAINT_UNSATISFIABLE);
    assertThat(code(few, new Constraint.Regex("12"))).isEqualTo(ErrorCode.CONSTRAINT_UNSATISFIABLE);
    assertThat(code(few, new Constraint.Choice(List.of("x"))))
        .isEqualTo(ErrorCode.CONSTRAINT_UNSATISFIABLE);
    assertThat(few.compile(new Constraint.Regex("2|22")).start().forced()).isEqualTo(2);
  }

  @Test
  void an_empty_language_is_unsatisfiable() {
    assertThat(code(compiler, new Constraint.Regex("a$b")))
        .isEqualTo(ErrorCode.CONSTRAINT_UNSATISFIABLE);
    assertThat(code(compiler, new Constraint.Regex("[^\\d\\D]")))
        .isEqualTo(ErrorCode.CONSTRAINT_UNSATISFIABLE);
  }

  @Test
  void the_empty_text_alone_is_final_at_once() {
    CompiledConstraint.State state = compiler.compile(new Constraint.Regex("")).start();
    assertThat(state.mayEnd()).isTrue();
    assertThat(state.isFinal()).isTrue();
    assertThat(state.forced()).isEqualTo(-1);
  }

  @Test
  void refusals_name_the_pattern_and_the_position_each_time() {
    for (int i = 0; i < 2; i++) {
      EngineException refused =
          catchThrowableOfType(
              EngineException.class, () -> compiler.compile(new Constraint.Regex("ab(?=c)")));
      assertThat(refused.code()).isEqualTo(ErrorCode.CONSTRAINT_INVALID);
      assertThat(refused).hasMessageContaining("'ab(?=c)', position 2: lookahead");
    }
    assertThat(code(compiler, new Constraint.Choice(List.of())))
        .isEqualTo(ErrorCode.CONSTRAINT_INVALID);
    assertThat(code(compiler, new Constraint.Choice(List.of("a", "\uD800"))))
        .isEqualTo(ErrorCode.CONSTRAINT_INVALID);
  }

  private static ErrorCode code(ConstraintCompiler compiler, Constraint constraint) {
    return catchThrowableOfType(EngineException.class, () -> compiler.compile(constraint)).code();
  }

  @Test
  void the_same_constraint_is_compiled_once() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<CompiledConstraint>> compiled = new ArrayList<>();
      for (int i = 0; i < 32; i++) {
        compiled.add(threads.submit(() -> compiler.compile(new Constraint.Regex("(a|b){1,500}c"))));
      }
      for (Future<CompiledConstraint> one : compiled) {
        assertThat(one.get()).isSameAs(compiled.get(0).get());
      }
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void constraints_and_masks_come_again_after_they_were_let_go() {
    CompiledConstraint.State first =
        compiler.compile(new Constraint.Regex("a{3}\\d{2}[high]+")).start();
    long[] before = first.allowed().clone();
    for (int i = 0; i < 1200; i++) {
      compiler.compile(new Constraint.Choice(List.of("n" + i))).start().allowed();
    }
    assertThat(first.allowed()).isEqualTo(before);
    assertThat(compiler.compile(new Constraint.Regex("a{3}\\d{2}[high]+")).start().allowed())
        .isEqualTo(before);
  }
}
