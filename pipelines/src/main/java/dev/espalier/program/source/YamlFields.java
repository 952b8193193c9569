package dev.espalier.program.source;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Reads the fields of one mapping. What is missing, of a wrong kind or unknown becomes a problem,
 * and reading goes on with a stand-in.
 */
final class YamlFields {
  private final String file;
  private final String what;
  private final Node at;
  private final Problems problems;
  private final Map<String, Node> fields = new LinkedHashMap<>();
  private final Map<String, Node> keys = new LinkedHashMap<>();
  private final Set<String> known = new LinkedHashSet<>();

  /**
   * @param what the mapping is, for messages
   */
  YamlFields(String file, String what, MappingNode mapping, Problems problems) {
    this.file = file;
    this.what = what;
    this.at = mapping;
    this.problems = problems;
    for (NodeTuple tuple : mapping.getValue()) {
      String key =
          tuple.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "(no text)";
      if (fields.put(key, tuple.getValueNode()) != null) {
        problem(tuple.getKeyNode(), what + " has `" + key + "` twice", "remove one of them");
      }
      keys.put(key, tuple.getKeyNode());
    }
  }

  void problem(Node node, String message, String remedy) {
    problems.add(file, node, message, remedy);
  }

  Set<String> keys() {
    return fields.keySet();
  }

  Optional<Node> node(String key) {
    known.add(key);
    return Optional.ofNullable(fields.get(key));
  }

  Optional<Node> required(String key, String example) {
    Optional<Node> node = node(key);
    if (node.isEmpty()) {
      problem(at, what + " has no `" + key + "`", "add `" + key + ": " + example + "`");
    }
    return node;
  }

  /** The text of a scalar, of whatever type; empty with a problem for what is none. */
  Optional<String> text(String key) {
    return node(key).flatMap(node -> text(key, node));
  }

  Optional<String> text(String key, Node node) {
    if (node instanceof ScalarNode scalar && !scalar.getTag().equals(Tag.NULL)) {
      return Optional.of(scalar.getValue());
    }
    problem(node, "`" + key + "` is no text", "write a text after `" + key + ":`");
    return Optional.empty();
  }

  <T> Optional<T> number(String key, Function<String, T> parse, String kind) {
    Optional<Node> node = node(key);
    if (node.isEmpty()) {
      return Optional.empty();
    }
    try {
      return text(key).map(parse);
    } catch (NumberFormatException e) {
      problem(node.get(), "`" + key + "` is not " + kind, "write " + kind + ", such as 1");
      return Optional.empty();
    }
  }

  Optional<Boolean> flag(String key) {
    Optional<String> text = text(key);
    if (text.isPresent() && !text.get().equals("true") && !text.get().equals("false")) {
      problem(fields.get(key), "`" + key + "` is neither true nor false", "write one of them");
      return Optional.empty();
    }
    return text.map(Boolean::valueOf);
  }

  /** Texts: one alone, or a list of them. */
  Optional<List<String>> texts(String key) {
    Optional<Node> node = node(key);
    if (node.isPresent() && node.get() instanceof SequenceNode list) {
      List<String> texts = new ArrayList<>();
      list.getValue().forEach(item -> text(key, item).ifPresent(texts::add));
      return Optional.of(texts);
    }
    return node.flatMap(scalar -> text(key, scalar)).map(List::of);
  }

  /** A scalar, list or mapping as Java values. */
  static Object plain(Node node) {
    return new PlainConstructor().read(node);
  }

  /** Reports the fields that nobody asked for. */
  void reportUnknown() {
    for (Map.Entry<String, Node> entry : keys.entrySet()) {
      if (!known.contains(entry.getKey())) {
        problem(
            entry.getValue(),
            what + " has no field `" + entry.getKey() + "`",
            "use " + String.join(", ", known));
      }
    }
  }

  /** SnakeYAML's own reading of the types of YAML. */
  private static final class PlainConstructor extends SafeConstructor {
    PlainConstructor() {
      super(new LoaderOptions());
    }

    Object read(Node node) {
      return canonical(constructDocument(node));
    }

    private static Object canonical(Object value) {
      if (value instanceof Integer i) {
        return i.longValue();
      } else if (value instanceof List<?> list) {
        return list.stream().map(PlainConstructor::canonical).toList();
      } else if (value instanceof Map<?, ?> map) {
        Map<String, Object> copy = new LinkedHashMap<>();
        map.forEach((key, item) -> copy.put(String.valueOf(key), canonical(item)));
        return copy;
      }
      return value instanceof String
              || value instanceof Long
              || value instanceof Double
              || value instanceof Boolean
              || value == null
          ? value
          : String.valueOf(value);
    }
  }
}
