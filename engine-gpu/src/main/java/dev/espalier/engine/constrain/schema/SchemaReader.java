package dev.espalier.engine.constrain.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.engine.constrain.automaton.CompilationBudget;
import dev.espalier.engine.constrain.automaton.Dfa;
import dev.espalier.engine.constrain.regex.Regex;
import dev.espalier.engine.constrain.regex.RegexDialect;
import dev.espalier.engine.constrain.regex.RegexSyntaxException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads the keywords of one schema that speak of a value without alternatives. */
final class SchemaReader {
  private static final int MAX_COUNT = 1_000_000;

  private final CompilationBudget budget;
  private final Map<String, Dfa> patterns = new HashMap<>();

  SchemaReader(CompilationBudget budget) {
    this.budget = budget;
  }

  /** All that {@code node} says, but for enum, const and what is made of other schemas. */
  Assertions read(SchemaNode node) {
    Assertions read = node.has("type") ? Assertions.of(types(node)) : Assertions.NONE;
    return read.with(numbers(node)).with(strings(node)).with(arrays(node)).with(objects(node));
  }

  static EnumSet<JsonType> types(SchemaNode node) {
    JsonNode type = node.get("type");
    if (type.isTextual()) {
      return JsonType.named(type.textValue());
    }
    EnumSet<JsonType> types = EnumSet.noneOf(JsonType.class);
    type.forEach(name -> types.addAll(JsonType.named(name.textValue())));
    return types;
  }

  static NumberFacts numbers(SchemaNode node) {
    List<NumberFacts.Bound> bounds = new ArrayList<>();
    addBound(node, "minimum", true, true, bounds);
    addBound(node, "maximum", false, true, bounds);
    addBound(node, "exclusiveMinimum", true, false, bounds);
    addBound(node, "exclusiveMaximum", false, false, bounds);
    List<BigDecimal> multiplesOf =
        node.has("multipleOf") ? List.of(node.get("multipleOf").decimalValue()) : List.of();
    return new NumberFacts(bounds, multiplesOf, List.of());
  }

  private static void addBound(
      SchemaNode node,
      String keyword,
      boolean lower,
      boolean inclusive,
      List<NumberFacts.Bound> bounds) {
    if (node.has(keyword)) {
      bounds.add(new NumberFacts.Bound(node.get(keyword).decimalValue(), lower, inclusive));
    }
  }

  StringFacts strings(SchemaNode node) {
    List<Dfa> matching = new ArrayList<>();
    if (node.has("pattern")) {
      matching.add(pattern(node.pointerTo("pattern"), node.get("pattern").textValue()));
    }
    if (node.has("format")) {
      matching.add(Formats.language(node.get("format").textValue()));
    }
    return new StringFacts(
        count(node, "minLength", 0),
        count(node, "maxLength", -1),
        List.copyOf(matching),
        List.of());
  }

  static ArrayFacts arrays(SchemaNode node) {
    List<Term> prefix = new ArrayList<>();
    for (int i = 0; node.has("prefixItems") && i < node.get("prefixItems").size(); i++) {
      prefix.add(Term.of(node.child("prefixItems", Integer.toString(i))));
    }
    Term rest = node.has("items") ? Term.of(node.child("items")) : null;
    List<ArrayFacts.Contains> contains = new ArrayList<>();
    if (node.has("contains")) {
      contains.add(
          new ArrayFacts.Contains(
              Term.of(node.child("contains")),
              count(node, "minContains", 1),
              count(node, "maxContains", -1)));
    }
    return new ArrayFacts(
        prefix.isEmpty() && rest == null
            ? List.of()
            : List.of(new ArrayFacts.Elements(prefix, rest)),
        List.copyOf(contains),
        count(node, "minItems", 0),
        count(node, "maxItems", -1),
        node.json().path("uniqueItems").booleanValue() ? node.pointerTo("uniqueItems") : null);
  }

  ObjectFacts objects(SchemaNode node) {
    Map<String, Term> properties = new LinkedHashMap<>();
    if (node.has("properties")) {
      node.get("properties")
          .fieldNames()
          .forEachRemaining(n -> properties.put(n, Term.of(node.child("properties", n))));
    }
    List<ObjectFacts.PatternTerm> patterns = new ArrayList<>();
    if (node.has("patternProperties")) {
      node.get("patternProperties")
          .fieldNames()
          .forEachRemaining(
              regex -> {
                SchemaNode child = node.child("patternProperties", regex);
                patterns.add(
                    new ObjectFacts.PatternTerm(
                        child.pointer(), pattern(child.pointer(), regex), Term.of(child)));
              });
    }
    Term rest =
        node.has("additionalProperties") ? Term.of(node.child("additionalProperties")) : null;
    List<ObjectFacts.Members> members =
        properties.isEmpty() && patterns.isEmpty() && rest == null
            ? List.of()
            : List.of(new ObjectFacts.Members(properties, patterns, rest));
    Set<String> required = new LinkedHashSet<>();
    node.json().path("required").forEach(name -> required.add(name.textValue()));
    return new ObjectFacts(
        members,
        node.has("propertyNames") ? List.of(Term.of(node.child("propertyNames"))) : List.of(),
        required,
        count(node, "minProperties", 0),
        count(node, "maxProperties", -1),
        node.pointerTo("minProperties"));
  }

  /** The value of a keyword that counts something. */
  static int count(SchemaNode node, String keyword, int otherwise) {
    if (!node.has(keyword)) {
      return otherwise;
    }
    BigDecimal value = node.get(keyword).decimalValue();
    if (value.compareTo(BigDecimal.valueOf(MAX_COUNT)) > 0) {
      throw new SchemaException(
          node.pointerTo(keyword), "'" + keyword + "' above " + MAX_COUNT + " is not supported");
    }
    return value.intValue();
  }

  /** The strings in which a pattern matches somewhere. */
  Dfa pattern(String pointer, String pattern) {
    try {
      Dfa known = patterns.get(pattern);
      if (known == null) {
        known = budget.keep(Regex.searching(pattern, RegexDialect.ECMA_262, budget));
        patterns.put(pattern, known);
      }
      return known;
    } catch (RegexSyntaxException e) {
      throw new SchemaException(
          pointer, "pattern '" + pattern + "', position " + e.position() + ": " + e.getMessage());
    }
  }

  /** The values of enum and const, if {@code node} has either; null if it has none. */
  static List<JsonNode> values(SchemaNode node) {
    List<JsonNode> values = null;
    if (node.has("enum")) {
      values = new ArrayList<>();
      node.get("enum").forEach(values::add);
    }
    if (node.has("const")) {
      JsonNode constant = node.get("const");
      List<JsonNode> listed = values;
      values = new ArrayList<>();
      if (listed == null || listed.stream().anyMatch(v -> deepEqual(v, constant))) {
        values.add(constant);
      }
    }
    return values;
  }

  private static boolean deepEqual(JsonNode a, JsonNode b) {
    return a.equals(
        (x, y) ->
            x.equals(y) || (x.isNumber() && y.isNumber() && JsonValues.areEqual(x, y)) ? 0 : 1,
        b);
  }

  /**
   * A schema that only {@code value}, an array or an object, is valid under.
   *
   * @param pointer where it stands
   */
  static SchemaNode schemaOf(JsonNode value, String pointer) {
    ObjectNode schema = JsonNodeFactory.instance.objectNode();
    if (value.isArray()) {
      schema.put("type", "array").put("items", false).put("minItems", value.size());
      if (!value.isEmpty()) {
        value.forEach(element -> schema.withArray("prefixItems").addObject().set("const", element));
      }
    } else {
      schema.put("type", "object").put("additionalProperties", false);
      schema.putArray("required");
      schema.putObject("properties");
      value
          .fields()
          .forEachRemaining(
              field -> {
                schema.withArray("required").add(field.getKey());
                ((ObjectNode) schema.get("properties"))
                    .putObject(field.getKey())
                    .set("const", field.getValue());
              });
    }
    return new SchemaNode(pointer + "/~", schema);
  }
}
