package dev.espalier.engine.constrain.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.espalier.engine.constrain.automaton.Dfa;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Formats against outcomes that {@code format_golden.py} wrote with other readers. */
class FormatsTest {
  private static final JsonNode OUTCOMES = outcomes();

  private static JsonNode outcomes() {
    try (InputStream in = FormatsTest.class.getResourceAsStream("/golden/formats.json")) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  static Iterable<String> names() {
    return Formats.names();
  }

  @ParameterizedTest
  @MethodSource("names")
  void a_format_has_just_the_texts_that_other_readers_take(String name) {
    Dfa language = Formats.language(name);
    assertThat(OUTCOMES.has(name)).as("outcomes for " + name).isTrue();
    assertThat(OUTCOMES.get(name).get("right").size()).isGreaterThan(20);
    List<String> differ = new ArrayList<>();
    OUTCOMES.get(name).get("right").forEach(text -> add(language, text, true, differ));
    OUTCOMES.get(name).get("wrong").forEach(text -> add(language, text, false, differ));
    assertThat(differ).isEmpty();
  }

  private static void add(Dfa language, JsonNode text, boolean right, List<String> differ) {
    if (language.matches(text.textValue()) != right) {
      differ.add((right ? "rejects " : "accepts ") + text);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "hostname, mail",
    "hostname, mail.com",
    "hostname, test.com",
    "hostname, www.acme.org",
    "hostname, a-bc",
    "hostname, xn--bcher-kva.de",
    "email, a@acme.com",
    "email, a@b.info",
    "email, user+tag@mail.google.com",
    "email, a@xn--bcher-kva.example"
  })
  void labels_of_four_characters_and_in_punycode_are_accepted(String format, String text) {
    assertThat(Formats.language(format).matches(text)).isTrue();
  }

  /** RFC 1123 and RFC 5890, label by label, over every text of up to seven characters of four. */
  @Test
  void every_short_host_name_is_accepted_just_if_its_labels_are() {
    Dfa hostname = Formats.language("hostname");
    String alphabet = "xn-.";
    List<String> differ = new ArrayList<>();
    for (int length = 0; length <= 7; length++) {
      for (int number = 0; number < 1 << (2 * length); number++) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
          text.append(alphabet.charAt(number >> (2 * i) & 3));
        }
        if (hostname.matches(text.toString()) != isHostname(text.toString())) {
          differ.add(text.toString());
        }
      }
    }
    assertThat(differ).isEmpty();
  }

  private static boolean isHostname(String text) {
    for (String label : text.split("\\.", -1)) {
      boolean hyphens = label.length() > 3 && label.startsWith("--", 2);
      if (label.isEmpty()
          || label.startsWith("-")
          || label.endsWith("-")
          || (hyphens && !label.startsWith("xn"))) {
        return false;
      }
    }
    return true;
  }
}
