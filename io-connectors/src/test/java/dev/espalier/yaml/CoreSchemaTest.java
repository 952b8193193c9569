package dev.espalier.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.schema.CoreSchema;

class CoreSchemaTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "no",
        "No",
        "on",
        "off",
        "yes",
        "y",
        "n",
        "tRUE",
        "nULL",
        "12:30:00",
        "190:20:30",
        "2024-01-15",
        "2024-02-30",
        "2024-01-15T10:00:00Z",
        "2024-01-15 10:00:00 +01:00",
        "1_000",
        "0b101",
        "0o8",
        "0O7",
        "0X1F",
        "+0x1F",
        "-0o7",
        "1e",
        "e3",
        ".",
        "+",
        "-",
        "+.",
        "1.2.3",
        ".infinity",
        "inf",
        "nan",
        "-.nan",
        "٣",
        "1 000",
        "1,5",
        "<<",
        "="
      })
  void whatLooksLikeNothingElseIsText(String text) {
    assertThat(YamlSchema.CORE.plain(text)).isEqualTo(text);
  }

  @Test
  void numbersAreReadByTheirSpelling() {
    assertThat(YamlSchema.CORE.plain("1.10")).isEqualTo(1.1);
    assertThat(YamlSchema.CORE.plain("0x1F")).isEqualTo(31L);
    assertThat(YamlSchema.CORE.plain("0o17")).isEqualTo(15L);
    assertThat(YamlSchema.CORE.plain("010")).isEqualTo(10L);
    assertThat(YamlSchema.CORE.plain("1e3")).isEqualTo(1000.0);
    assertThat(YamlSchema.CORE.plain("-.INF")).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(YamlSchema.CORE.plain("+.inf")).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(YamlSchema.CORE.plain("9223372036854775807")).isEqualTo(Long.MAX_VALUE);
    assertThat(YamlSchema.CORE.plain("9223372036854775808"))
        .isEqualTo(new BigInteger("9223372036854775808"));
    assertThat(YamlSchema.CORE.plain("")).isNull();
  }

  @Test
  void numbersOfManyDigitsAreRefused() {
    assertThatThrownBy(() -> YamlSchema.CORE.plain("1".repeat(5000)))
        .hasMessageContaining("5000 digits");
  }

  /** Every text of up to four of these characters, against another implementation of the schema. */
  @Test
  void shortTextsMeanWhatAnotherReaderSaysTheyMean() {
    Load other =
        new Load(LoadSettings.builder().setSchema(new CoreSchema()).setLabel("other").build());
    List<String> texts = new ArrayList<>(List.of(""));
    List<String> last = texts;
    for (int length = 1; length <= 4; length++) {
      List<String> longer = new ArrayList<>();
      for (String begun : last) {
        for (char next : "0179xoeE.+-aF".toCharArray()) {
          longer.add(begun + next);
        }
      }
      texts.addAll(longer);
      last = longer;
    }
    for (String word : List.of("null", "true", "false", ".inf", "-.inf", ".nan")) {
      for (int i = 0; i < word.length(); i++) {
        texts.add(
            word.substring(0, i) + Character.toUpperCase(word.charAt(i)) + word.substring(i + 1));
      }
      texts.add(word);
      texts.add(word.toUpperCase(java.util.Locale.ROOT));
    }
    texts.removeIf(text -> text.equals("-") || text.startsWith("---"));
    // In one document: the other reader takes a while to begin.
    StringBuilder document = new StringBuilder();
    texts.forEach(text -> document.append("- ").append(text).append('\n'));
    List<?> values = (List<?>) other.loadFromString(document.toString());
    List<String> different = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      Object ours = YamlSchema.CORE.plain(texts.get(i));
      if (!String.valueOf(ours).equals(String.valueOf(values.get(i)))
          || (ours instanceof String) != (values.get(i) instanceof String)) {
        different.add(texts.get(i) + " " + Map.of("ours", ours + "", "theirs", values.get(i) + ""));
      }
    }
    assertThat(different).isEmpty();
  }
}
