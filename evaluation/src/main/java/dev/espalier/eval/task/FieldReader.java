package dev.espalier.eval.task;

import dev.espalier.row.Problem;
import dev.espalier.yaml.YamlMapping;
import dev.espalier.yaml.YamlNode;
import dev.espalier.yaml.YamlPlace;
import dev.espalier.yaml.YamlScalar;
import dev.espalier.yaml.YamlSequence;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the fields of one mapping, and keeps what is wrong with them. Used by one thread. */
final class FieldReader {
  private final Map<String, YamlMapping.Entry> fields;
  private final List<Problem> problems;

  FieldReader(Map<String, YamlMapping.Entry> fields, List<Problem> problems) {
    this.fields = fields;
    this.problems = problems;
  }

  List<Problem> problems() {
    return problems;
  }

  /** Tells fields that are none of {@code known}. */
  void refuseOthers(List<String> known, String of) {
    fields.forEach(
        (name, entry) -> {
          if (!known.contains(name)) {
            problem(
                entry.key().place(),
                "`" + name + "` is no field of " + of,
                dev.espalier.yaml.NearestName.of(name, known)
                    .map(near -> "did you mean " + near + "?")
                    .orElse("remove it; there are " + String.join(", ", known)));
          }
        });
  }

  void problem(YamlPlace place, String message, String remedy) {
    problems.add(new Problem(place.toString(), message, remedy));
  }

  /** The value of a field that is there and not null. */
  Optional<YamlNode> node(String name) {
    return Optional.ofNullable(fields.get(name))
        .map(YamlMapping.Entry::value)
        .filter(node -> !(node instanceof YamlScalar scalar && isNull(scalar)));
  }

  private static boolean isNull(YamlScalar scalar) {
    return scalar.isNull() && scalar.tag().isEmpty();
  }

  boolean has(String name) {
    return fields.containsKey(name);
  }

  private <T> Optional<T> refused(String name, YamlNode node, String wanted) {
    problem(
        node.place(), "`" + name + "` is " + wanted + ", but this is " + node.kind(), "mend it");
    return Optional.empty();
  }

  /** A text; a number or truth value is the text that is written. */
  Optional<YamlScalar> scalar(String name) {
    Optional<YamlNode> node = node(name);
    if (node.isPresent() && !(node.get() instanceof YamlScalar)) {
      return refused(name, node.get(), "a text");
    }
    return node.map(YamlScalar.class::cast);
  }

  Optional<String> text(String name) {
    Optional<YamlScalar> scalar = scalar(name);
    if (scalar.isPresent() && scalar.get().tag().isPresent()) {
      problem(
          scalar.get().place(),
          "`" + name + "` is a text, but this is a function",
          "write the text itself");
      return Optional.empty();
    }
    return scalar.map(YamlScalar::text);
  }

  /** A text, which may be empty or null; {@code otherwise} if the field is not there. */
  String textOr(String name, String otherwise) {
    return text(name).orElse(otherwise);
  }

  Optional<Long> whole(String name) {
    Optional<YamlScalar> scalar = scalar(name);
    if (scalar.isPresent() && !(scalar.get().value() instanceof Long)) {
      return refused(name, scalar.get(), "a whole number");
    }
    return scalar.map(YamlScalar::value).map(Long.class::cast);
  }

  Optional<Boolean> truth(String name) {
    Optional<YamlScalar> scalar = scalar(name);
    if (scalar.isPresent() && !(scalar.get().value() instanceof Boolean)) {
      return refused(name, scalar.get(), "true or false");
    }
    return scalar.map(YamlScalar::value).map(Boolean.class::cast);
  }

  Optional<YamlMapping> mapping(String name) {
    Optional<YamlNode> node = node(name);
    if (node.isPresent() && !(node.get() instanceof YamlMapping)) {
      return refused(name, node.get(), "a mapping");
    }
    return node.map(YamlMapping.class::cast);
  }

  /** The items of a list; one that is no list is the only item. */
  List<YamlNode> items(String name) {
    return node(name)
        .map(node -> node instanceof YamlSequence list ? list.items() : List.of(node))
        .orElse(List.of());
  }

  /** Mappings of a list. */
  List<YamlMapping> mappings(String name) {
    List<YamlMapping> mappings = new ArrayList<>();
    for (YamlNode item : items(name)) {
      if (item instanceof YamlMapping mapping) {
        mappings.add(mapping);
      } else {
        problem(
            item.place(),
            "`" + name + "` is a list of mappings, but this is " + item.kind(),
            "write `- name: value`");
      }
    }
    return mappings;
  }
}
