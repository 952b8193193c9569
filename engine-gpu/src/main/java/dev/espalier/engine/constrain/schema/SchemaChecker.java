package dev.espalier.engine.constrain.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.StreamSupport;

/** Looks at all schemas that matter before any is compiled, and lists what is wrong with them. */
final class SchemaChecker {
  private static final int MAX_PROBLEMS = 20;
  private static final String DIALECT = "https://json-schema.org/draft/2020-12/schema";
  private static final Set<String> TYPES =
      Set.of("array", "boolean", "integer", "null", "number", "object", "string");

  private final SchemaDocument document;
  private final Set<String> seen = new HashSet<>();
  private final List<SchemaException> problems = new ArrayList<>();

  private SchemaChecker(SchemaDocument document) {
    this.document = document;
  }

  /**
   * Checks the root of {@code document} and every schema that it reaches.
   *
   * @throws SchemaException with all that is malformed or not supported
   */
  static void check(SchemaDocument document) {
    SchemaChecker checker = new SchemaChecker(document);
    List<SchemaNode> pending = new ArrayList<>(List.of(document.root()));
    while (!pending.isEmpty()) {
      SchemaNode node = pending.remove(pending.size() - 1);
      if (checker.seen.add(node.pointer())) {
        checker.check(node, pending);
      }
    }
    if (!checker.problems.isEmpty()) {
      throw new SchemaException(
          checker.problems.subList(0, Math.min(MAX_PROBLEMS, checker.problems.size())));
    }
  }

  private void check(SchemaNode node, List<SchemaNode> pending) {
    if (node.json().isBoolean()) {
      return;
    }
    if (!node.json().isObject()) {
      problem(node.pointer(), "a schema is an object or a boolean");
      return;
    }
    Iterator<Map.Entry<String, JsonNode>> fields = node.json().fields();
    while (fields.hasNext()) {
      Map.Entry<String, JsonNode> field = fields.next();
      Keyword keyword = Keyword.of(field.getKey());
      if (keyword == null) {
        if (!field.getKey().startsWith("x-")) {
          problem(
              node.pointerTo(field.getKey()),
              "'" + field.getKey() + "' " + Keyword.refusal(field.getKey()));
        }
      } else if (isValid(keyword.value, field.getValue())) {
        checkValue(node, keyword, field.getValue());
        addChildren(node, keyword, pending);
      } else {
        problem(
            node.pointerTo(keyword.text),
            "'" + keyword.text + "' must be " + keyword.value.description);
      }
    }
  }

  private void checkValue(SchemaNode node, Keyword keyword, JsonNode value) {
    if (keyword == Keyword.SCHEMA && !value.textValue().replaceFirst("#$", "").equals(DIALECT)) {
      problem(node.pointerTo("$schema"), "only the dialect " + DIALECT + " is supported");
    } else if (keyword == Keyword.FORMAT && Formats.language(value.textValue()) == null) {
      problem(
          node.pointerTo("format"),
          "the format '" + value.textValue() + "' is not supported; these are: " + Formats.names());
    } else if (keyword == Keyword.MULTIPLE_OF && value.decimalValue().signum() <= 0) {
      problem(node.pointerTo("multipleOf"), "'multipleOf' must be above 0");
    }
  }

  private void addChildren(SchemaNode node, Keyword keyword, List<SchemaNode> pending) {
    switch (keyword.value) {
      case SCHEMA -> pending.add(node.child(keyword.text));
      case SCHEMA_LIST -> {
        for (int i = 0; i < node.get(keyword.text).size(); i++) {
          pending.add(node.child(keyword.text, Integer.toString(i)));
        }
      }
      case SCHEMA_MAP ->
          node.get(keyword.text)
              .fieldNames()
              .forEachRemaining(name -> pending.add(node.child(keyword.text, name)));
      default -> {
        if (keyword == Keyword.REF) {
          try {
            pending.add(document.resolve(node));
          } catch (SchemaException e) {
            problems.add(e);
          }
        }
      }
    }
  }

  private static boolean isValid(Keyword.Value expected, JsonNode value) {
    return switch (expected) {
      case ANYTHING, SCHEMA -> true; // a schema is checked on its own
      case STRING -> value.isTextual();
      case BOOLEAN -> value.isBoolean();
      case NUMBER -> value.isNumber();
      case COUNT ->
          value.isNumber()
              && value.decimalValue().signum() >= 0
              && value.decimalValue().stripTrailingZeros().scale() <= 0;
      case ARRAY -> value.isArray();
      case TYPES ->
          value.isTextual()
              ? TYPES.contains(value.textValue())
              : value.isArray()
                  && !value.isEmpty()
                  && elements(value).stream().allMatch(v -> TYPES.contains(v.asText()));
      case NAMES -> isNames(value);
      case NAMES_MAP ->
          value.isObject() && elements(value).stream().allMatch(SchemaChecker::isNames);
      case SCHEMA_LIST -> value.isArray() && !value.isEmpty();
      case SCHEMA_MAP, DEFINITIONS -> value.isObject();
    };
  }

  private static boolean isNames(JsonNode value) {
    return value.isArray()
        && elements(value).stream().allMatch(JsonNode::isTextual)
        && new HashSet<>(elements(value)).size() == value.size();
  }

  private static List<JsonNode> elements(JsonNode value) {
    return StreamSupport.stream(value.spliterator(), false).toList();
  }

  private void problem(String pointer, String message) {
    problems.add(new SchemaException(pointer, message));
  }
}
