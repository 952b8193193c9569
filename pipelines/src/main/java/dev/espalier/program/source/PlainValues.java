package dev.espalier.program.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.jinja.SpelledNumber;
import dev.espalier.yaml.YamlMapping;
import dev.espalier.yaml.YamlNode;
import dev.espalier.yaml.YamlScalar;
import dev.espalier.yaml.YamlSequence;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Values of YAML as templates take them, and as JSON. */
final class PlainValues {
  private PlainValues() {}

  /** Null, Boolean, String, Long, {@link SpelledNumber}, List or Map. */
  static Object of(YamlNode node) {
    if (node instanceof YamlMapping mapping) {
      Map<String, Object> map = new LinkedHashMap<>();
      mapping.entries().forEach((key, entry) -> map.put(key, of(entry.value())));
      return map;
    } else if (node instanceof YamlSequence list) {
      List<Object> items = new ArrayList<>();
      list.items().forEach(item -> items.add(of(item)));
      return items;
    }
    YamlScalar scalar = (YamlScalar) node;
    Object value = scalar.value();
    boolean isSpelled =
        value instanceof Number && !(value instanceof Long && scalar.text().equals("" + value));
    return isSpelled ? new SpelledNumber(scalar.text(), (Number) value) : value;
  }

  /**
   * As JSON: numbers have their value, to the last digit.
   *
   * @throws IllegalArgumentException with a sentence for the user for a number that JSON lacks
   */
  @SuppressWarnings("deprecation") // its successor is a setting of a mapper, and there is none here
  static JsonNode json(YamlNode node) {
    JsonNodeFactory json = JsonNodeFactory.withExactBigDecimals(true);
    if (node instanceof YamlMapping mapping) {
      ObjectNode object = json.objectNode();
      mapping.entries().forEach((key, entry) -> object.set(key, json(entry.value())));
      return object;
    } else if (node instanceof YamlSequence list) {
      return json.arrayNode().addAll(list.items().stream().map(PlainValues::json).toList());
    }
    YamlScalar scalar = (YamlScalar) node;
    Object value = scalar.value();
    if (value == null) {
      return json.nullNode();
    } else if (value instanceof Boolean truth) {
      return json.booleanNode(truth);
    } else if (value instanceof Long number) {
      return json.numberNode(number);
    } else if (value instanceof BigInteger number) {
      return json.numberNode(number);
    } else if (value instanceof Double) {
      try {
        return json.numberNode(new BigDecimal(scalar.text()));
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(
            scalar.place() + ": JSON has no number " + scalar.text(), e);
      }
    }
    return json.textNode((String) value);
  }
}
