package dev.espalier.engine.constrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.espalier.engine.Constraint;
import dev.espalier.engine.ConstraintException;
import dev.espalier.engine.ErrorCode;
import dev.espalier.engine.constrain.vocabulary.CompiledConstraint;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Constraints that would take minutes or gigabytes are refused by counting, and large ones of use
 * are not.
 */
class CompilationBoundsTest {
  private final ConstraintCompiler compiler =
      new ConstraintCompiler(new ByteVocabulary(), ByteVocabulary.SIZE);

  private static String join(String separator, int count, IntFunction<String> part) {
    return IntStream.range(0, count).mapToObj(part).collect(Collectors.joining(separator));
  }

  private static String nested(String open, String inside, String close, int depth) {
    return open.repeat(depth) + inside + close.repeat(depth);
  }

  private static Constraint regex(String pattern) {
    return new Constraint.Regex(pattern);
  }

  private static Constraint schema(String schema) {
    return new Constraint.JsonSchema(schema);
  }

  private static Constraint grammar(String grammar) {
    return new Constraint.Grammar(grammar);
  }

  static Stream<Constraint> tooLarge() {
    return Stream.of(
        regex("(a{1,1000}){1,1000}"),
        regex("(([a-z]{1,50}){1,50}){1,50}"),
        regex(nested("(", "a", "{1,3})", 15)),
        regex("a{1000000}"),
        regex("(a|b)*a(a|b){20}"),
        regex("(\\p{L}|\\p{N}){1,300}\\p{Lu}"),
        regex("([^\\p{L}\\p{N}]+\\p{Lu}{1,20}){1,40}"),
        regex("(?i)" + "[a-z\\p{L}]".repeat(500)),
        regex("(" + join("|", 3000, i -> "w" + i * 7919 % 100003) + "){1,50}"),
        regex(nested("(", "a", ")", 5000)),
        new Constraint.Choice(
            IntStream.range(0, 100).mapToObj(i -> ("text " + i + " ").repeat(1000)).toList()),
        schema("{\"type\":\"string\",\"minLength\":1000000}"),
        schema("{\"type\":\"string\",\"not\":{\"pattern\":\"(a|b)*a(a|b){20}$\"}}"),
        schema(
            "{\"type\":\"string\",\"allOf\":["
                + join(",", 12, i -> "{\"pattern\":\"a.{" + (i + 3) + "}b\"}")
                + "]}"),
        schema(nested("{\"allOf\":[", "true", "]}", 400)),
        schema(nested("{\"items\":", "true", "}", 900)),
        schema(nested("[", "", "]", 50_000)),
        schema("{\"const\":" + nested("[", "1", "]", 900) + "}"),
        schema(
            "{\"$ref\":\"#/$defs/d0\",\"$defs\":{"
                + join(",", 3000, i -> "\"d" + i + "\":{\"$ref\":\"#/$defs/d" + (i + 1) + "\"}")
                + ",\"d3000\":true}}"),
        schema(
            "{\"allOf\":["
                + join(
                    ",",
                    20,
                    i ->
                        "{\"anyOf\":[{\"required\":[\"a"
                            + i
                            + "\"]},{\"required\":[\"b"
                            + i
                            + "\"]}]}")
                + "]}"),
        schema("{"),
        schema("{\"minimum\":NaN}"),
        schema("{\"type\":\"string\",\"type\":\"number\"}"),
        schema("{\"type\":\"array\",\"uniqueItems\":true}"),
        schema("{\"type\":\"array\",\"maxItems\":1000000}"),
        schema("{\"type\":\"object\",\"maxProperties\":40000}"),
        schema(
            "{\"type\":\"integer\",\"allOf\":[{\"multipleOf\":197},{\"multipleOf\":193},{\"multipleOf\":191}]}"),
        schema("{\"minimum\":1e400000000}"),
        schema("{\"minimum\":" + "1".repeat(5000) + "}"),
        grammar("root ::= (\"a\"{1,1000}){1,1000}"),
        grammar("root ::= \"a\"{9999999}"),
        grammar("root ::= " + nested("(", "\"a\"", ")", 5000)));
  }

  @ParameterizedTest
  @MethodSource("tooLarge")
  void what_is_too_large_is_refused_with_a_message_of_its_own(Constraint constraint)
      throws Throwable {
    ConstraintException refusal =
        onASmallStack(
            () ->
                catchThrowableOfType(ConstraintException.class, () -> compiler.check(constraint)));
    assertThat(refusal).as("accepted").isNotNull();
    assertThat(refusal.code()).isEqualTo(ErrorCode.CONSTRAINT_INVALID);
    assertThat(refusal.getMessage())
        .hasSizeLessThan(2000)
        .doesNotContain("Exception", "StreamRead", "Feature", "java");
  }

  /** Nesting is bounded before a small stack is. */
  private static <T> T onASmallStack(Supplier<T> work) throws Throwable {
    AtomicReference<T> result = new AtomicReference<>();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread thread = new Thread(null, () -> result.set(work.get()), "small stack", 512 << 10);
    thread.setUncaughtExceptionHandler((t, e) -> failure.set(e));
    thread.start();
    thread.join();
    if (failure.get() != null) {
      throw failure.get();
    }
    return result.get();
  }

  private static String object(int count, IntFunction<String> value, boolean required) {
    return "{\"type\":\"object\",\"properties\":{"
        + join(",", count, i -> "\"property" + i + "\":" + value.apply(i))
        + "},"
        + (required ? "\"required\":[" + join(",", count, i -> "\"property" + i + "\"") + "]," : "")
        + "\"additionalProperties\":false}";
  }

  static Stream<Constraint> large() {
    String branch =
        "{\"type\":\"object\",\"properties\":{\"kind\":{\"const\":\"v%d\"},\"x\":{\"type\":\"string\"}},"
            + "\"required\":[\"kind\",\"x\"],\"additionalProperties\":false}";
    return Stream.of(
        regex("(?s).{0,5000}"),
        regex("[a-z]{0,20000}"),
        regex("(a?){1000}a{1000}"),
        new Constraint.Choice(
            IntStream.range(0, 10_000).mapToObj(i -> "choice number " + i * 7919).toList()),
        new Constraint.Choice(
            IntStream.range(0, 5000)
                .mapToObj(i -> new String(Character.toChars(0x4E00 + i)) + "类")
                .toList()),
        schema("{\"enum\":[" + join(",", 10_000, i -> "\"value " + i * 7919 + "\"") + "]}"),
        schema("{\"type\":\"string\",\"maxLength\":2000}"),
        schema("{\"type\":\"string\",\"maxLength\":65535}"),
        schema(object(10, i -> "{\"type\":\"string\",\"maxLength\":500}", true)),
        schema(object(6, i -> "{\"type\":\"string\",\"maxLength\":65535}", true)),
        schema(object(100, i -> "{\"type\":[\"string\",\"number\",\"boolean\"]}", false)),
        schema(object(100, i -> "{\"type\":\"string\"}", true)),
        schema("{\"oneOf\":[" + join(",", 200, branch::formatted) + "]}"),
        schema(
            "{\"type\":\"array\",\"maxItems\":1000,\"items\":"
                + object(2, i -> "{\"type\":\"string\"}", true)
                + "}"),
        // Took half a minute while each place of a call looked at the whole rule again.
        schema(nested("{\"type\":\"array\",\"maxItems\":10000,\"items\":", "true", "}", 3)),
        schema("{\"type\":\"integer\",\"multipleOf\":19997}"),
        schema(nested("{\"type\":\"object\",\"properties\":{\"a\":", "true", "}}", 60)),
        grammar(
            "root ::= r0\n"
                + join("", 1900, i -> "r" + i + " ::= \"x\" r" + (i + 1) + " \"y\"\n")
                + "r1900 ::= \"z\""),
        grammar("root ::= root root | \"a\" | \"(\" root \")\""));
  }

  @ParameterizedTest
  @MethodSource("large")
  void what_is_large_and_of_use_compiles(Constraint constraint) throws Throwable {
    CompiledConstraint compiled = onASmallStack(() -> compiler.compile(constraint));
    assertThat(compiled.start().isFinal()).isFalse();
  }

  @Test
  void an_enumeration_of_ten_thousand_allows_each_of_them_and_no_other() {
    List<String> choices =
        IntStream.range(0, 10_000)
            .mapToObj(i -> "choice " + Integer.toHexString(i * 7919))
            .toList();
    CompiledConstraint compiled = compiler.compile(new Constraint.Choice(choices));
    CompiledConstraint json =
        compiler.compile(
            schema("{\"enum\":[" + join(",", 10_000, i -> "\"" + choices.get(i) + "\"") + "]}"));
    for (String choice : choices) {
      assertThat(ByteVocabulary.accepts(compiled, choice)).isTrue();
      assertThat(ByteVocabulary.accepts(json, "\"" + choice + "\"")).isTrue();
      String other = choice + "0";
      assertThat(ByteVocabulary.accepts(compiled, other)).isEqualTo(choices.contains(other));
    }
  }

  @Test
  void a_string_is_as_long_as_the_schema_says_to_the_character() {
    CompiledConstraint compiled =
        compiler.compile(schema("{\"type\":\"string\",\"minLength\":3,\"maxLength\":65535}"));
    for (int length : new int[] {2, 3, 65_535, 65_536}) {
      char[] text = new char[length];
      Arrays.fill(text, 'x');
      byte[] bytes =
          ("\"" + new String(text) + "\"").getBytes(java.nio.charset.StandardCharsets.UTF_8);
      assertThat(compiled.accepts(bytes, bytes.length))
          .as(length + " characters")
          .isEqualTo(length >= 3 && length <= 65_535);
    }
  }
}
