package dev.espalier.eval.metric;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.espalier.eval.TaskDocument;
import dev.espalier.jinja.PythonText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code json_fields}: the share of the target's fields that an answer has with an equal value, and
 * under {@code json_valid} whether the answer is a JSON object at all. The argument {@code fields}
 * says which fields count; without it all of the target do. Numbers are equal by value, texts by
 * their characters, unless {@code ignore_case} is true.
 */
final class JsonFields implements Metric {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<String> fields;
  private final boolean ignoresCase;

  JsonFields(NamedArguments arguments) {
    this.fields = arguments.texts("fields");
    this.ignoresCase = arguments.flag("ignore_case");
  }

  @Override
  public String name() {
    return "json_fields";
  }

  @Override
  public Object value(TaskDocument document, List<Object> answers) {
    JsonNode expected = expected(document.target());
    JsonNode given = object(Targets.answer(answers, name()));
    List<String> names = new ArrayList<>(fields);
    if (names.isEmpty()) {
      expected.fieldNames().forEachRemaining(names::add);
    }
    int equal = 0;
    for (String field : names) {
      boolean isThere = given != null && given.has(field) && expected.has(field);
      equal += isThere && areEqual(expected.get(field), given.get(field)) ? 1 : 0;
    }
    Map<String, Object> values = new LinkedHashMap<>();
    values.put(
        name(), names.isEmpty() ? (given == null ? 0.0 : 1.0) : (double) equal / names.size());
    values.put("json_valid", given == null ? 0.0 : 1.0);
    return values;
  }

  @Override
  public void check(TaskDocument document) {
    var unused = expected(document.target());
  }

  private static JsonNode expected(Object target) {
    JsonNode node =
        target instanceof Map<?, ?> ? JSON.valueToTree(target) : object(PythonText.str(target));
    if (node == null || !node.isObject()) {
      throw new ScoringException("json_fields needs a JSON object as the target");
    }
    return node;
  }

  private static JsonNode object(String text) {
    try {
      JsonNode node = JSON.readTree(text);
      return node != null && node.isObject() ? node : null;
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  private boolean areEqual(JsonNode left, JsonNode right) {
    if (left.isNumber() && right.isNumber()) {
      return left.decimalValue().compareTo(right.decimalValue()) == 0;
    }
    if (left.isTextual() && right.isTextual() && ignoresCase) {
      return PythonText.lower(left.textValue()).equals(PythonText.lower(right.textValue()));
    }
    if (left.isArray() && right.isArray() && left.size() == right.size()) {
      for (int i = 0; i < left.size(); i++) {
        if (!areEqual(left.get(i), right.get(i))) {
          return false;
        }
      }
      return true;
    }
    if (left.isObject() && right.isObject() && left.size() == right.size()) {
      for (Map.Entry<String, JsonNode> field : left.properties()) {
        JsonNode other = right.get(field.getKey());
        if (other == null || !areEqual(field.getValue(), other)) {
          return false;
        }
      }
      return true;
    }
    return left.equals(right);
  }

  @Override
  public Aggregation aggregation() {
    return Aggregations.MEAN;
  }

  @Override
  public boolean higherIsBetter() {
    return true;
  }
}
