package dev.espalier.io.read;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JsonFaultTest {
  private static final JsonFactory JACKSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  @Test
  void everyFaultIsSaidInWordsOfJson() {
    Map<String, String> problems =
        Map.ofEntries(
            Map.entry("[{\"a\":1}]", "1: an array, not an object"),
            Map.entry("{", "2: it is not closed on its line"),
            Map.entry("{\"a\": {", "8: it is not closed on its line"),
            Map.entry("{\"a\": 1,", "9: it is not closed on its line"),
            Map.entry("id,body", "1: `i` where `{` begins an object"),
            Map.entry("{\"a\":NaN}", "6: `NaN` is no JSON value"),
            Map.entry("{\"a\":[1,-Infinity]}", "9: `-Infinity` is no JSON value"),
            Map.entry("{\"a\":None}", "6: `None` is no JSON value"),
            Map.entry("{'a':1}", "2: `'` where a name begins"),
            Map.entry("{\"a\":'x'}", "6: `'` where a value begins"),
            Map.entry("{\"a\":1,}", "8: a comma before `}`"),
            Map.entry("{\"a\":[1, ]}", "10: a comma before `]`"),
            Map.entry("{\"a\":1 \"b\":2}", "8: `\"` after a value"),
            Map.entry("{\"a\" 1}", "6: `1` where `:` follows a name"),
            Map.entry("{\"a\":\"x\ty\"}", "8: a control character in a text (U+0009)"),
            Map.entry("{\"a\":\"x", "8: a text is not closed on its line"),
            Map.entry("{\"a\":\"\\x\"}", "7: a backslash before no escape"),
            Map.entry("{\"a\":\"\\u12g4\"}", "8: \\u without four hexadecimal digits"),
            Map.entry("{\"a\":01}", "6: a number that JSON does not have"),
            Map.entry("{\"a\":1.}", "6: a number that JSON does not have"),
            Map.entry("{\"a\":+1}", "6: `+` where a value begins"),
            Map.entry("{\"a\":.5}", "6: `.` where a value begins"),
            Map.entry("{\"a\":1,\"b\":2,\"a\":3}", "14: the name \"a\" is there twice"),
            Map.entry("{\"a\":1,\"\\u0061\":3}", "8: the name \"a\" is there twice"),
            Map.entry("{\"a\":1} {\"a\":2}", "9: more than one on the line"),
            Map.entry("{\"a\":1}\r{\"a\":2}", "9: a carriage return alone ends no line"),
            Map.entry("{\"a\":1},", "8: `,` after the object"),
            Map.entry("{\"a\":1}\0\0", "8: U+0000 after the object"),
            Map.entry("\0\0\0", "1: U+0000 where `{` begins an object"),
            Map.entry(
                "\uFEFF{}", "1: a byte order mark within the file where `{` begins an object"),
            Map.entry(
                "{\"a\":" + "[".repeat(1000) + "]".repeat(1000) + "}",
                "1005: nested deeper than 1000"));
    problems.forEach(
        (text, problem) -> {
          JsonFault fault = JsonFault.find(text).orElseThrow();
          assertThat(fault.column() + ": " + fault.problem()).as(text).isEqualTo(problem);
          assertThat(fault.remedy()).matches("[A-Z].*[^.]");
        });
    assertThat(JsonFault.find("{\"a\":NaN}").orElseThrow().remedy())
        .isEqualTo("Write null in its place");
  }

  /** Refuses what Jackson refuses, and nothing else: damaged objects of every kind of token. */
  @Test
  void agreesWithJacksonOnWhatIsAnObject() {
    String sound =
        "{\"a\":[1,-2.5e+3,\"x\\n"
            + "\\u00e9\",{}],\"b\":{\"c\":true,\"d\":null,\"e\":[]}, \"f\" : 0.10}";
    assertThat(JsonFault.find(sound)).isEmpty();
    String letters = "{}[],:\"\\ 0123.eE+-untrfals\t\n\u0001é\uD83D";
    Random random = new Random(1);
    int refused = 0;
    for (int i = 0; i < 60_000; i++) {
      StringBuilder text = new StringBuilder(sound);
      for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
        int at = random.nextInt(text.length());
        switch (random.nextInt(3)) {
          case 0 -> text.deleteCharAt(at);
          case 1 -> text.insert(at, letters.charAt(random.nextInt(letters.length())));
          default -> text.setCharAt(at, letters.charAt(random.nextInt(letters.length())));
        }
      }
      Optional<JsonFault> fault = JsonFault.find(text.toString());
      assertThat(fault.isEmpty()).as(text.toString()).isEqualTo(jacksonReads(text.toString()));
      refused += fault.isPresent() ? 1 : 0;
    }
    assertThat(refused).isBetween(10_000, 59_000);
  }

  private static boolean jacksonReads(String text) {
    try (JsonParser parser = JACKSON.createParser(text)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return false;
      }
      parser.skipChildren();
      return parser.currentToken() == JsonToken.END_OBJECT && parser.nextToken() == null;
    } catch (IOException e) {
      return false;
    }
  }
}
