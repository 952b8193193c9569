package dev.espalier.engine.constrain.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What must hold for a value, without alternatives: something about each type that it may have.
 *
 * @param values the only null, booleans, numbers and strings that are left, or null for all
 * @param excluded nulls, booleans, numbers and strings that are not allowed
 */
record Assertions(
    EnumSet<JsonType> types,
    List<JsonNode> values,
    List<JsonNode> excluded,
    NumberFacts numbers,
    StringFacts strings,
    ArrayFacts arrays,
    ObjectFacts objects) {
  static final Assertions NONE =
      new Assertions(
          EnumSet.allOf(JsonType.class),
          null,
          List.of(),
          NumberFacts.NONE,
          StringFacts.NONE,
          ArrayFacts.NONE,
          ObjectFacts.NONE);

  static Assertions of(EnumSet<JsonType> types) {
    return new Assertions(
        types, null, List.of(), NONE.numbers, NONE.strings, NONE.arrays, NONE.objects);
  }

  /** Only {@code values}, none of which is an array or an object. */
  static Assertions ofValues(List<JsonNode> values) {
    EnumSet<JsonType> types = EnumSet.noneOf(JsonType.class);
    values.forEach(value -> types.add(JsonType.of(value)));
    return new Assertions(
        types, values, List.of(), NONE.numbers, NONE.strings, NONE.arrays, NONE.objects);
  }

  Assertions withExcluded(List<JsonNode> others) {
    return new Assertions(types, values, others, numbers, strings, arrays, objects);
  }

  Assertions with(NumberFacts facts) {
    return new Assertions(types, values, excluded, facts, strings, arrays, objects);
  }

  Assertions with(StringFacts facts) {
    return new Assertions(types, values, excluded, numbers, facts, arrays, objects);
  }

  Assertions with(ArrayFacts facts) {
    return new Assertions(types, values, excluded, numbers, strings, facts, objects);
  }

  Assertions with(ObjectFacts facts) {
    return new Assertions(types, values, excluded, numbers, strings, arrays, facts);
  }

  /** Both at once. */
  Assertions and(Assertions other) {
    EnumSet<JsonType> common = EnumSet.copyOf(types);
    common.retainAll(other.types);
    List<JsonNode> left = values;
    if (values == null) {
      left = other.values;
    } else if (other.values != null) {
      Set<Object> others = JsonValues.keys(other.values);
      left = values.stream().filter(value -> others.contains(JsonValues.key(value))).toList();
    }
    return new Assertions(
        common,
        left,
        Lists.join(excluded, other.excluded),
        numbers.and(other.numbers),
        strings.and(other.strings),
        arrays.and(other.arrays),
        objects.and(other.objects));
  }

  /** About how many things it says. */
  int size() {
    return 8
        + (values == null ? 0 : values.size())
        + excluded.size()
        + objects.required().size()
        + objects.members().size()
        + arrays.elements().size()
        + numbers.bounds().size();
  }

  /** Whether no value can meet this, as far as types and values tell. */
  boolean isImpossible() {
    return types.isEmpty() || (values != null && values.isEmpty());
  }
}
