package dev.espalier.engine.constrain.automaton;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.espalier.engine.constrain.regex.Regex;
import dev.espalier.engine.constrain.regex.RegexDialect;
import dk.brics.automaton.Automaton;
import dk.brics.automaton.RegExp;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DfaTest {
  private static final List<String> ATOMS = List.of("a", "b", "c", "[ab]", "[b-e]", "(ab|c)");
  private static final List<String> QUANTIFIERS = List.of("", "", "*", "+", "?", "{2}", "{1,3}");

  private static String randomPattern(Random random, int depth) {
    if (depth == 0) {
      return ATOMS.get(random.nextInt(ATOMS.size()));
    }
    StringBuilder pattern = new StringBuilder("(");
    for (int i = random.nextInt(3); i >= 0; i--) {
      pattern.append(randomPattern(random, depth - 1));
      pattern.append(QUANTIFIERS.get(random.nextInt(QUANTIFIERS.size())));
      pattern.append(i > 0 && random.nextBoolean() ? "|" : "");
    }
    return pattern.append(")").toString();
  }

  private static Dfa dfa(String pattern) {
    return Regex.matching(pattern, RegexDialect.STANDARD);
  }

  private static Automaton brics(String pattern) {
    return new RegExp(pattern, RegExp.NONE).toAutomaton(true);
  }

  private static void assertSameLanguage(Dfa dfa, Automaton expected, String name, Random random) {
    // The smallest deterministic automaton is unique: so is its number of states.
    expected.minimize();
    int liveStates = expected.isEmpty() ? 0 : expected.getNumberOfStates();
    assertThat(dfa.stateCount()).as(name).isEqualTo(liveStates);
    for (int i = 0; i < 40; i++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(8); length > 0; length--) {
        text.append("abcde".charAt(random.nextInt(5)));
      }
      assertThat(dfa.matches(text.toString()))
          .as("%s on %s", name, text)
          .isEqualTo(expected.run(text.toString()));
    }
  }

  @Test
  void is_the_smallest_automaton_of_its_language() {
    Random random = new Random(2);
    for (int i = 0; i < 300; i++) {
      String pattern = randomPattern(random, 2);
      assertSameLanguage(dfa(pattern), brics(pattern), pattern, random);
    }
  }

  @Test
  void intersection_difference_and_union_agree_with_the_reference() {
    Random random = new Random(3);
    for (int i = 0; i < 120; i++) {
      String a = randomPattern(random, 2);
      String b = randomPattern(random, 2);
      assertSameLanguage(
          dfa(a).intersect(dfa(b)), brics(a).intersection(brics(b)), a + " and " + b, random);
      assertSameLanguage(dfa(a).minus(dfa(b)), brics(a).minus(brics(b)), a + " minus " + b, random);
      assertSameLanguage(dfa(a).union(dfa(b)), brics(a).union(brics(b)), a + " or " + b, random);
    }
  }

  @Test
  void every_code_point_has_exactly_its_utf8_spelling() {
    Dfa any = Utf8.INSTANCE.encode(Dfa.of(SymbolSet.CODE_POINTS));
    for (int c = 0; c <= 0x10FFFF; c++) {
      if (SymbolSet.CODE_POINTS.contains(c)) {
        if (!any.matches(utf8(Character.toString(c)))) {
          fail("not accepted: U+%04X", c);
        }
      }
    }
    assertThat(any.matches(0xC0, 0x80)).as("a longer form of NUL").isFalse();
    assertThat(any.matches(0xED, 0xA0, 0x80)).as("a surrogate").isFalse();
    assertThat(any.matches(0xF4, 0x90, 0x80, 0x80)).as("beyond Unicode").isFalse();
    assertThat(any.matches(0xE2, 0x82)).as("half a character").isFalse();
  }

  @Test
  void utf8_of_a_random_set_has_its_members_only() {
    Random random = new Random(4);
    for (int i = 0; i < 200; i++) {
      int[] bounds = new int[2 * (1 + random.nextInt(4))];
      for (int j = 0; j < bounds.length; j += 2) {
        bounds[j] = random.nextInt(1 << (1 + random.nextInt(21))) % 0x110000;
        bounds[j + 1] = Math.min(0x10FFFF, bounds[j] + random.nextInt(1 << random.nextInt(17)));
      }
      SymbolSet set = SymbolSet.ofRanges(bounds).intersect(SymbolSet.CODE_POINTS);
      Dfa bytes = Utf8.INSTANCE.encode(Dfa.of(set));
      for (int range = 0; range < set.rangeCount(); range++) {
        for (int c :
            new int[] {
              set.first(range) - 1, set.first(range), set.last(range), set.last(range) + 1
            }) {
          if (SymbolSet.CODE_POINTS.contains(c)) {
            assertThat(bytes.matches(utf8(Character.toString(c)))).isEqualTo(set.contains(c));
          }
        }
      }
    }
  }

  private static int[] utf8(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int[] symbols = new int[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      symbols[i] = bytes[i] & 0xFF;
    }
    return symbols;
  }
}
