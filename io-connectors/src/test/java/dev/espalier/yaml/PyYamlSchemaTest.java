package dev.espalier.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import org.junit.jupiter.api.Test;

class PyYamlSchemaTest {
  private static YamlDocument read(String text) {
    return new YamlReader(YamlSchema.PYYAML, YamlLimits.DEFAULT).document("f.yaml", text);
  }

  private static YamlNode first(String text) {
    YamlDocument document = read(text);
    assertThat(document.problems()).isEmpty();
    return ((YamlSequence) document.root().orElseThrow()).items().get(0);
  }

  private static JsonNode golden() throws IOException {
    try (InputStream file = PyYamlSchemaTest.class.getResourceAsStream("pyyaml.json")) {
      return new ObjectMapper().readTree(file);
    }
  }

  @Test
  void scalarsAreWhatPyYamlReads() throws IOException {
    JsonNode cases = golden().path("cases");
    assertThat(cases.size()).isGreaterThan(120);
    for (JsonNode each : cases) {
      String written = each.get(0).asText();
      String expected = each.get(2).asText();
      Object value = ((YamlScalar) first("- " + written)).value();
      switch (each.get(1).asText()) {
        case "NoneType" -> assertThat(value).as(written).isNull();
        case "bool" -> assertThat(value).as(written).isEqualTo(expected.equals("True"));
        case "int" -> {
          assertThat(value).as(written).isInstanceOfAny(Long.class, BigInteger.class);
          assertThat(value).as(written).hasToString(expected);
        }
        case "float" -> assertThat(value).as(written).isEqualTo(number(expected));
        default -> assertThat(value).as(written).isEqualTo(expected);
      }
    }
  }

  private static Double number(String python) {
    return switch (python) {
      case "inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      case "nan" -> Double.NaN;
      default -> Double.valueOf(python);
    };
  }

  @Test
  void whatPyYamlCannotReadIsAProblemAtItsPlace() throws IOException {
    for (JsonNode bad : golden().path("bad")) {
      assertThat(read("- a\n- " + bad.asText() + "\n").problems())
          .as(bad.asText())
          .hasSize(1)
          .allMatch(problem -> problem.place().toString().equals("f.yaml:2:3"));
    }
  }

  @Test
  void theLaterOfEqualKeysCountsWithAWarning() {
    YamlDocument document = read("a: 1\nb: 2\na: 3\n");
    assertThat(document.problems()).isEmpty();
    YamlMapping root = (YamlMapping) document.root().orElseThrow();
    assertThat(((YamlScalar) root.get("a").orElseThrow()).value()).isEqualTo(3L);
    assertThat(document.warnings()).hasSize(1);
    assertThat(document.warnings().get(0))
        .hasToString("f.yaml:3:1: `a` is given twice, first at line 1\n    the last one counts");
  }

  @Test
  void functionsAndMergedFieldsAreRead() {
    YamlDocument document =
        read(
            "%YAML 1.1\n---\nx: &x {a: 1, b: no}\ny: {<<: *x, b: !function utils.f}\nz: !!str 1\n");
    assertThat(document.problems()).isEmpty();
    YamlMapping root = (YamlMapping) document.root().orElseThrow();
    YamlMapping merged = (YamlMapping) root.get("y").orElseThrow();
    assertThat(((YamlScalar) merged.get("a").orElseThrow()).value()).isEqualTo(1L);
    YamlScalar function = (YamlScalar) merged.get("b").orElseThrow();
    assertThat(function.value()).isEqualTo("utils.f");
    assertThat(function.tag()).contains("!function");
    assertThat(((YamlScalar) root.get("z").orElseThrow()).value()).isEqualTo("1");
  }

  @Test
  void otherTagsAreRefused() {
    assertThat(read("- !other a\n- !!binary aGk=\n- !!int x\n").problems()).hasSize(3);
  }
}
