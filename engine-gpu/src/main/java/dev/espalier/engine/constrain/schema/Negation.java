package dev.espalier.engine.constrain.schema;

import com.fasterxml.jackson.databind.JsonNode;
import dev.espalier.engine.constrain.automaton.Dfa;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What holds for the values that are not valid under the keywords of a schema. A value is not valid
 * if one of the keywords fails, so each gives alternatives of its own. What would say "there is a
 * member that …" without its name is refused.
 */
final class Negation {
  private Negation() {}

  static List<Assertions> ofPlainKeywords(SchemaNode node, SchemaReader reader) {
    List<Assertions> any = new ArrayList<>();
    if (node.has("type")) {
      EnumSet<JsonType> others = EnumSet.complementOf(SchemaReader.types(node));
      if (!others.isEmpty()) {
        any.add(Assertions.of(others));
      }
    }
    addNumbers(SchemaReader.numbers(node), any);
    addStrings(reader.strings(node), any);
    addArrays(node, any);
    addObjects(node, reader.objects(node), any);
    return any;
  }

  static List<Assertions> ofValues(List<JsonNode> values, SchemaNode node) {
    if (values.stream().anyMatch(JsonNode::isContainerNode)) {
      throw refused(node, node.has("const") ? "const" : "enum", "with arrays or objects");
    }
    return List.of(Assertions.NONE.withExcluded(values));
  }

  /** The member is there, and what it brings about does not hold. */
  static List<Assertions> of(Dependency dependency, Alternatives alternatives) {
    ObjectFacts present = ObjectFacts.requiring(dependency.name());
    List<Assertions> any = new ArrayList<>();
    for (String name : dependency.required()) {
      any.add(Dependency.object(present.and(Dependency.absent(name))));
    }
    if (dependency.term() != null) {
      for (Assertions not : alternatives.of(dependency.term().negate())) {
        any.add(Dependency.object(present).and(not));
      }
    }
    return any;
  }

  private static void addNumbers(NumberFacts facts, List<Assertions> any) {
    Assertions number = Assertions.of(JsonType.named("number"));
    for (NumberFacts.Bound bound : facts.bounds()) {
      any.add(number.with(new NumberFacts(List.of(bound.negate()), List.of(), List.of())));
    }
    if (!facts.multiplesOf().isEmpty()) {
      any.add(number.with(new NumberFacts(List.of(), List.of(), facts.multiplesOf())));
    }
  }

  private static void addStrings(StringFacts facts, List<Assertions> any) {
    Assertions string = Assertions.of(JsonType.named("string"));
    if (facts.minLength() > 0) {
      any.add(string.with(new StringFacts(0, facts.minLength() - 1, List.of(), List.of())));
    }
    if (facts.maxLength() >= 0) {
      any.add(string.with(new StringFacts(facts.maxLength() + 1, -1, List.of(), List.of())));
    }
    for (Dfa dfa : facts.matching()) {
      any.add(string.with(new StringFacts(0, -1, List.of(), List.of(dfa))));
    }
  }

  private static void addArrays(SchemaNode node, List<Assertions> any) {
    ArrayFacts facts = SchemaReader.arrays(node);
    if (facts.minItems() > 0) {
      any.add(array(List.of(), List.of(), 0, facts.minItems() - 1));
    }
    if (facts.maxItems() >= 0) {
      any.add(array(List.of(), List.of(), facts.maxItems() + 1, -1));
    }
    for (ArrayFacts.Elements elements : facts.elements()) {
      int prefix = elements.prefix().size();
      for (int i = 0; i < prefix; i++) {
        List<Term> one = new ArrayList<>(Collections.nCopies(i, (Term) null));
        one.add(elements.prefix().get(i).negate());
        any.add(array(List.of(new ArrayFacts.Elements(one, null)), List.of(), i + 1, -1));
      }
      if (elements.rest() != null && prefix > 0) {
        throw refused(node, "items", "beside prefixItems");
      } else if (elements.rest() != null) {
        any.add(
            array(
                List.of(),
                List.of(new ArrayFacts.Contains(elements.rest().negate(), 1, -1)),
                0,
                -1));
      }
    }
    for (ArrayFacts.Contains contains : facts.contains()) {
      if (contains.minimum() > 0) {
        any.add(contains(contains.term(), 0, contains.minimum() - 1));
      }
      if (contains.maximum() >= 0) {
        any.add(contains(contains.term(), contains.maximum() + 1, -1));
      }
    }
    if (facts.unique() != null) {
      throw refused(node, "uniqueItems", "");
    }
  }

  private static Assertions contains(Term term, int minimum, int maximum) {
    return array(List.of(), List.of(new ArrayFacts.Contains(term, minimum, maximum)), 0, -1);
  }

  private static Assertions array(
      List<ArrayFacts.Elements> elements,
      List<ArrayFacts.Contains> contains,
      int minimum,
      int maximum) {
    return Assertions.of(EnumSet.of(JsonType.ARRAY))
        .with(new ArrayFacts(elements, contains, minimum, maximum, null));
  }

  private static void addObjects(SchemaNode node, ObjectFacts facts, List<Assertions> any) {
    for (String keyword :
        List.of("patternProperties", "additionalProperties", "propertyNames", "minProperties")) {
      if (node.has(keyword) && !allowsAll(node, keyword)) {
        if (!keyword.equals("minProperties")) {
          throw refused(node, keyword, "");
        }
        any.add(Dependency.object(counted(0, facts.minProperties() - 1)));
      }
    }
    if (facts.maxProperties() >= 0) {
      any.add(Dependency.object(counted(facts.maxProperties() + 1, -1)));
    }
    for (ObjectFacts.Members members : facts.members()) {
      for (Map.Entry<String, Term> property : members.properties().entrySet()) {
        Map<String, Term> one = new LinkedHashMap<>();
        one.put(property.getKey(), property.getValue().negate());
        ObjectFacts broken =
            new ObjectFacts(
                List.of(new ObjectFacts.Members(one, List.of(), null)),
                List.of(),
                ObjectFacts.requiring(property.getKey()).required(),
                0,
                -1,
                "");
        any.add(Dependency.object(broken));
      }
    }
    for (String name : facts.required()) {
      any.add(Dependency.object(Dependency.absent(name)));
    }
  }

  private static ObjectFacts counted(int minimum, int maximum) {
    return new ObjectFacts(List.of(), List.of(), ObjectFacts.NONE.required(), minimum, maximum, "");
  }

  /** Whether the keyword, as it stands, fails for no object. */
  private static boolean allowsAll(SchemaNode node, String keyword) {
    JsonNode value = node.get(keyword);
    if (value.isBoolean() || value.isNumber()) {
      return value.isBoolean() ? value.booleanValue() : value.decimalValue().signum() == 0;
    }
    return value.isEmpty();
  }

  private static SchemaException refused(SchemaNode node, String keyword, String where) {
    String place = where.isEmpty() ? "" : " " + where;
    return new SchemaException(
        node.pointerTo(keyword),
        "'"
            + keyword
            + "'"
            + place
            + " is not supported under 'not', 'if' or an overlapping 'oneOf'");
  }
}
