package dev.espalier.engine.constrain.regex;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.constrain.automaton.Dfa;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Random patterns of all that is supported but anchors, on random texts: as Java matches them. */
class RegexPropertyTest {
  private static final List<String> ATOMS =
      List.of(
          "a",
          "B",
          "7",
          "-",
          "é",
          "ß",
          "中",
          "😀",
          ".",
          "\\d",
          "\\w",
          "\\s",
          "\\D",
          "\\W",
          "\\S",
          "[ab]",
          "[^ab]",
          "[a-cX-Z]",
          "[^\\d\\s-]",
          "[\\w-]",
          "[é-ü]",
          "[一-龥😀-😎]",
          "[^\\p{L}]",
          "\\p{Lu}",
          "\\P{Lu}",
          "\\p{Nd}",
          "\\p{IsGreek}",
          "\\p{IsAlphabetic}",
          "\\p{Alpha}",
          "\\x41",
          "\\u00e9",
          "\\x{1F600}",
          "\\t",
          "\\n",
          "\\Qa.b\\E",
          "(?i:aé)",
          "(?i:[x-z])",
          "(?i:Σ)",
          "(?s:.)");

  private static final List<String> QUANTIFIERS =
      List.of("*", "+", "?", "{2}", "{0}", "{1,}", "{0,2}", "{2,3}", "*?", "+?", "??", "{1,2}?");

  private static final int[] CHARACTERS =
      "aAbBcxXzZ01 7-_.éÉüßΣσςα中龥😀😎\t\n\r\f\u000b\u00a0\u2028ıİKſ".codePoints().toArray();

  private static String pattern(Random random, int depth) {
    int kind = depth == 0 ? 0 : random.nextInt(6);
    return switch (kind) {
      case 0, 1 -> ATOMS.get(random.nextInt(ATOMS.size()));
      case 2 -> "(?:" + pattern(random, depth - 1) + "|" + pattern(random, depth - 1) + ")";
      case 3 ->
          "("
              + pattern(random, depth - 1)
              + ")"
              + QUANTIFIERS.get(random.nextInt(QUANTIFIERS.size()));
      default -> pattern(random, depth - 1) + pattern(random, depth - 1);
    };
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int length = random.nextInt(6); length > 0; length--) {
      text.appendCodePoint(CHARACTERS[random.nextInt(CHARACTERS.length)]);
    }
    return text.toString();
  }

  private static void compare(long seed, int patterns, int texts) {
    Random random = new Random(seed);
    int matches = 0;
    for (int i = 0; i < patterns; i++) {
      String pattern = pattern(random, 3);
      Pattern java = Pattern.compile(pattern, Pattern.UNIX_LINES | Pattern.UNICODE_CASE);
      Dfa whole = Regex.matching(pattern, RegexDialect.STANDARD);
      Dfa part = Regex.searching(pattern, RegexDialect.STANDARD);
      for (int j = 0; j < texts; j++) {
        String text = text(random);
        boolean isMatch = java.matcher(text).matches();
        matches += isMatch ? 1 : 0;
        assertThat(whole.matches(text)).as("%s on '%s'", pattern, text).isEqualTo(isMatch);
        assertThat(part.matches(text))
            .as("%s in '%s'", pattern, text)
            .isEqualTo(java.matcher(text).find());
      }
    }
    assertThat(matches).isGreaterThan(patterns * texts / 100);
  }

  @Test
  void agreesWithJava() {
    compare(11, 300, 40);
  }

  @Test
  @Tag("long")
  void agreesWithJavaOnManyMore() {
    for (long seed = 100; seed < 120; seed++) {
      compare(seed, 1000, 100);
    }
  }
}
