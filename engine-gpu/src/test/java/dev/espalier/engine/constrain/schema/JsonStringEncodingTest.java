package dev.espalier.engine.constrain.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.espalier.engine.constrain.automaton.Dfa;
import dev.espalier.engine.constrain.automaton.SymbolSet;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JsonStringEncodingTest {
  private static final int[] EDGES = {
    0, 0x1F, 0x20, '"', '/', '\\', 0x7F, 0x80, 0x7FF, 0x800, 0xD7FF, 0xE000, 0xFFFF, 0x10000,
    0x103FF, 0x10400, 0x1F600, 0x10FFFF
  };

  private static int[] utf8(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int[] symbols = new int[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      symbols[i] = bytes[i] & 0xFF;
    }
    return symbols;
  }

  /** One of the ways to write a character, not all of which JSON allows. */
  private static String spelling(int c, Random random) {
    int way = random.nextInt(4);
    if (way == 0 && "\"\\/\b\f\n\r\t".indexOf(c) >= 0) {
      return "\\" + "\"\\/bfnrt".charAt("\"\\/\b\f\n\r\t".indexOf(c));
    }
    if (way <= 1) {
      StringBuilder escaped = new StringBuilder();
      for (char unit : Character.toChars(c)) {
        escaped.append((random.nextBoolean() ? "\\u%04x" : "\\u%04X").formatted((int) unit));
      }
      return escaped.toString();
    }
    return Character.toString(c);
  }

  private static String decodeOrNull(String spelled) {
    try {
      return new ObjectMapper().readValue("\"" + spelled + "\"", String.class);
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  @Test
  void accepts_just_the_spellings_of_the_characters_of_a_set() {
    Random random = new Random(10);
    for (int i = 0; i < 150; i++) {
      int first = EDGES[random.nextInt(EDGES.length)];
      int last = EDGES[random.nextInt(EDGES.length)] + random.nextInt(3) - 1;
      SymbolSet set =
          SymbolSet.ofRanges(Math.min(first, last), Math.max(first, last), 'a', 'c')
              .intersect(SymbolSet.CODE_POINTS);
      Dfa bytes = JsonStringEncoding.INSTANCE.encode(Dfa.of(set));
      for (int j = 0; j < 120; j++) {
        int c =
            random.nextBoolean()
                ? EDGES[random.nextInt(EDGES.length)] + random.nextInt(3) - 1
                : set.first(random.nextInt(set.rangeCount())) + random.nextInt(2);
        if (!SymbolSet.CODE_POINTS.contains(c)) {
          continue;
        }
        String spelled = spelling(c, random);
        String decoded = decodeOrNull(spelled);
        boolean expected =
            decoded != null && !decoded.isEmpty() && set.contains(decoded.codePointAt(0));
        if (bytes.matches(utf8(spelled)) != expected) {
          fail("U+%04X as %s in %s: expected %s", c, spelled, set, expected);
        }
      }
    }
  }

  @Test
  void halves_of_surrogate_pairs_are_not_accepted() {
    Dfa any = JsonStringEncoding.INSTANCE.encode(Dfa.repeat(SymbolSet.CODE_POINTS, 0));
    assertThat(any.matches(utf8("\\ud83d\\uDE00"))).isTrue();
    assertThat(any.matches(utf8("\\ud83d"))).isFalse();
    assertThat(any.matches(utf8("\\ude00"))).isFalse();
    assertThat(any.matches(utf8("\\ud83dx"))).isFalse();
    assertThat(any.matches(utf8("\\ud83d\\u0041"))).isFalse();
  }

  @Test
  void an_escape_is_one_character_of_the_length() {
    Dfa three = JsonStringEncoding.INSTANCE.encode(Dfa.repeat(SymbolSet.CODE_POINTS, 3, 3));
    assertThat(three.matches(utf8("a\\n\\ud83d\\ude00"))).isTrue();
    assertThat(three.matches(utf8("😀\\\\\""))).isFalse();
    assertThat(three.matches(utf8("😀\\\\\\\""))).isTrue();
  }

  @Test
  void given_strings_are_written_with_the_escapes_that_json_needs() {
    assertThat(JsonValues.quoted("a\"\\/\b\f\n\r\t\u0001\u007Fé😀"))
        .isEqualTo("\"a\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\u007Fé😀\"");
  }
}
