package dev.espalier.engine.constrain.regex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.espalier.engine.constrain.automaton.Dfa;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegexTest {
  private static final int[] INTERESTING =
      "aAbBzZ059_-+.*?()[]{}|^$\\/ \t\n\r\f\"'&~@#<>éÉßſKσςΣ中а\uFEFF\u2028\u0085\u0000\u0007😀𝔸"
          .codePoints()
          .toArray();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "abc",
        "a|b|",
        "[1-5]",
        "(?:a|b)*c+?",
        "(?<year>\\d{4})-(?<month>\\d{2})",
        "a{2,4}?b{3}c{1,}",
        "(a{0,2}b){2}",
        "\\w+\\s\\W*",
        "[^a-z\\d\\s]+",
        "[\\w.+-]+@[\\w-]+\\.[a-z]{2,}",
        "^a$|^b$",
        "a^b",
        "a$b",
        "(^|a)b($|a)",
        "(^a)*",
        "(a$)*",
        "$^",
        "\\x41\\u0042\\x{1F600}\\t\\n\\r\\f\\a\\e\\cA",
        "\\uD83D\\uDE00|😀a",
        "\\p{L}+\\P{L}",
        "\\p{Lu}\\pN?[\\p{Ll}é]*",
        "\\p{IsLatin}+|\\p{script=Greek}|\\p{IsHan}",
        "[\\p{Alpha}\\p{Punct}]*",
        "(?i)aéß",
        "(?s).a",
        "(?i:a)b",
        "a(?i)b|c",
        "(a(?i)b)c",
        "(?i)[a-c]z",
        "(?i)[^a-c]",
        "\\Qa.b*\\E+",
        "\\Q[\\E|\\]",
        "[a\\-z\\]]",
        "[-a]|[a-]|[+--]",
        "[.*?(){}|^$]",
        "a&b~@#\"\"<1-5>",
        "\\.\\*\\?\\+\\(\\)\\[\\]\\{\\}\\|\\^\\$\\\\\\/",
        "((((a?)*)+)?){2,3}",
        "()*a",
        "\\AA\\z",
        "\\p{IsAlphabetic}\\p{gc=Nd}?"
      })
  void agrees_with_java(String pattern) {
    Pattern java = Pattern.compile(pattern, unicodeCase(pattern));
    assertAgrees(pattern, java, text -> java.matcher(text).matches(), false);
    assertAgrees(pattern, java, text -> java.matcher(text).find(), true);
  }

  private static int unicodeCase(String pattern) {
    return (pattern.contains("(?i") ? Pattern.UNICODE_CASE : 0) | Pattern.UNIX_LINES;
  }

  private static void assertAgrees(
      String pattern, Pattern java, java.util.function.Predicate<String> expected, boolean search) {
    Dfa dfa =
        search
            ? Regex.searching(pattern, RegexDialect.STANDARD)
            : Regex.matching(pattern, RegexDialect.STANDARD);
    Random random = new Random(pattern.hashCode());
    for (int i = 0; i < 3000; i++) {
      String text = i == 0 ? "" : sample(random, pattern, i % 7);
      if (!search || !endsWithLineFeed(text)) {
        assertThat(dfa.matches(text)).as("%s on '%s'", java, text).isEqualTo(expected.test(text));
      }
    }
  }

  /** Java's {@code $} also matches before a last line feed; here it is the end only. */
  private static boolean endsWithLineFeed(String text) {
    return text.endsWith("\n");
  }

  private static String sample(Random random, String pattern, int length) {
    int[] ofPattern = pattern.codePoints().filter(Character::isLetterOrDigit).toArray();
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      int[] from = ofPattern.length > 0 && random.nextInt(3) > 0 ? ofPattern : INTERESTING;
      text.appendCodePoint(from[random.nextInt(from.length)]);
    }
    return text.toString();
  }

  @Test
  void agrees_with_java_on_random_patterns() {
    Random random = new Random(1);
    for (int i = 0; i < 1500; i++) {
      String pattern = randomPattern(random, 3, true);
      Pattern java = Pattern.compile(pattern);
      Dfa whole = Regex.matching(pattern, RegexDialect.STANDARD);
      Dfa part = Regex.searching(pattern, RegexDialect.STANDARD);
      for (int j = 0; j < 60; j++) {
        StringBuilder text = new StringBuilder();
        for (int length = random.nextInt(7); length > 0; length--) {
          text.append("abc".charAt(random.nextInt(3)));
        }
        assertThat(whole.matches(text.toString()))
            .as("%s on %s", pattern, text)
            .isEqualTo(java.matcher(text).matches());
        assertThat(part.matches(text.toString()))
            .as("%s in %s", pattern, text)
            .isEqualTo(java.matcher(text).find());
      }
    }
  }

  /** Java does not see that {@code (?:^|a){2}} matches "a": nothing with an anchor is repeated. */
  private static String randomPattern(Random random, int depth, boolean anchors) {
    return switch (random.nextInt(depth == 0 ? 3 : 9)) {
      case 0 -> "a";
      case 1 -> "[^a]";
      case 2 -> List.of("b", ".", "[ab]", "c", "^", "$").get(random.nextInt(anchors ? 6 : 3));
      case 3 ->
          "("
              + randomPattern(random, depth - 1, anchors)
              + "|"
              + randomPattern(random, depth - 1, anchors)
              + ")";
      case 4 -> "(?:" + randomPattern(random, depth - 1, false) + ")" + quantifier(random);
      default ->
          randomPattern(random, depth - 1, anchors) + randomPattern(random, depth - 1, anchors);
    };
  }

  private static String quantifier(Random random) {
    return List.of("*", "+", "?", "{2}", "{1,}", "{0,2}", "*?", "{1,3}?").get(random.nextInt(8));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      quoteCharacter = '`',
      value = {
        "a(?=b) 1 lookahead",
        "a(?!b) 1 `negative lookahead`",
        "(?<=a)b 0 lookbehind",
        "(?<!a)b 0 `negative lookbehind`",
        "(?>a) 0 atomic",
        "(a)\\1 3 backreference",
        "(?<n>a)\\k<n> 7 backreference",
        "(?P<n>a)(?P=n) 8 backreference",
        "a\\b 1 `word boundary`",
        "\\Ba 0 `word boundary`",
        "ab*+ 2 possessive",
        "(?x)a 0 `flag (?x`",
        "(?m)^a 0 `flag (?m`",
        "(?#a)b 0 comment",
        "(?(1)a|b) 0 conditional",
        "a** 2 `two quantifiers`",
        "*a 0 `nothing to repeat`",
        "a|+ 2 `nothing to repeat`",
        "^* 1 `nothing to repeat`",
        "(?i)* 4 `nothing to repeat`",
        "a{3,2} 1 `wrong order`",
        "a{,3} 1 `{0,n}`",
        "(a 0 unclosed",
        "a) 1 unmatched",
        "[a 0 unclosed",
        "[] 0 `empty class`",
        "[z-a] 1 `wrong order`",
        "[a-\\d] 1 range",
        "[a&&b] 2 intersection",
        "[[:alpha:]] 1 POSIX",
        "[a[b]] 2 `classes inside`",
        "a\\ 1 backslash",
        "\\q 0 `\\q is not known`",
        "\\Z 0 `\\Z means`",
        "\\R 0 `\\R is not supported`",
        "\\012 0 octal",
        "\\xG1 0 hexadecimal",
        "\\u12 0 hexadecimal",
        "\\uD800 0 surrogate",
        "\\x{110000} 0 `no code point`",
        "\\p{Nope} 0 `\\p{Nope}`",
        "(?<n>a)(?<n>b) 7 `two groups`",
        "a{9999999} 1 count"
      })
  void refuses_by_name_and_position(String pattern, int position, String name) {
    RegexSyntaxException refused =
        catchThrowableOfType(
            RegexSyntaxException.class, () -> Regex.matching(pattern, RegexDialect.STANDARD));
    assertThat(refused).as(pattern).isNotNull();
    assertThat(refused.getMessage()).contains(name);
    assertThat(refused.position()).isEqualTo(position);
  }

  @ParameterizedTest
  @CsvSource({"(a|b)*a(a|b){40},10", "((a{1000}){1000}){1000},1", "x(\\p{L}{999}){9999},3"})
  void refuses_what_grows_too_large(String pattern, int position) {
    RegexSyntaxException refused =
        catchThrowableOfType(
            RegexSyntaxException.class, () -> Regex.matching(pattern, RegexDialect.STANDARD));
    assertThat(refused).isNotNull();
    assertThat(refused.getMessage()).contains("too large").contains("lower the counts");
  }

  @Test
  void a_deep_pattern_is_refused_not_a_stack_overflow() {
    String pattern = "(".repeat(100_000) + ")".repeat(100_000);
    assertThat(
            catchThrowableOfType(
                RegexSyntaxException.class, () -> Regex.matching(pattern, RegexDialect.STANDARD)))
        .hasMessageContaining("nested deeper");
  }

  @Test
  void the_ecma_dialect_differs_where_it_says() {
    assertThat(Regex.matching("\\s", RegexDialect.ECMA_262).matches("\uFEFF")).isTrue();
    assertThat(Regex.matching("\\s", RegexDialect.STANDARD).matches("\uFEFF")).isFalse();
    assertThat(Regex.matching(".", RegexDialect.ECMA_262).matches("\u2028")).isFalse();
    assertThat(Regex.matching(".", RegexDialect.STANDARD).matches("\u2028")).isTrue();
    assertThat(Regex.matching("[[]", RegexDialect.ECMA_262).matches("[")).isTrue();
    assertThat(Regex.matching("[]|a", RegexDialect.ECMA_262).matches("a")).isTrue();
    assertThat(Regex.matching("[^]", RegexDialect.ECMA_262).matches("\n")).isTrue();
    assertThat(Regex.matching("\\p{Script=Greek}", RegexDialect.ECMA_262).matches("π")).isTrue();
  }
}
