package dev.espalier.jobs;

import dev.espalier.row.Problem;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/** A YAML document in which every value knows where it stands. */
final class YamlTree {

  /**
   * A value and its place.
   *
   * @param content a {@code Map<String, Located>}, a {@code List<Located>}, a String, or null
   */
  record Located(Object content, String location) {
    @SuppressWarnings("unchecked")
    Map<String, Located> map() {
      return (Map<String, Located>) content;
    }

    @SuppressWarnings("unchecked")
    List<Located> list() {
      return (List<Located>) content;
    }

    boolean isMap() {
      return content instanceof Map;
    }

    boolean isList() {
      return content instanceof List;
    }

    /** The same content, all of it at {@code place}. */
    Located at(String place) {
      if (isMap()) {
        Map<String, Located> fields = new LinkedHashMap<>();
        map().forEach((key, value) -> fields.put(key, value.at(place)));
        return new Located(fields, place);
      }
      if (isList()) {
        return new Located(list().stream().map(item -> item.at(place)).toList(), place);
      }
      return new Located(content, place);
    }

    String kind() {
      return isMap() ? "a mapping" : isList() ? "a list" : content == null ? "empty" : "a value";
    }
  }

  private final String fileName;
  private final List<Problem> problems;

  private YamlTree(String fileName, List<Problem> problems) {
    this.fileName = fileName;
    this.problems = problems;
  }

  /** Reads a document whose root is a mapping; null if that failed, with the reason in problems. */
  static Located read(String text, String fileName, List<Problem> problems) {
    Node root;
    try {
      root = new Yaml(new LoaderOptions()).compose(new StringReader(text));
    } catch (MarkedYAMLException e) {
      Mark mark = e.getProblemMark();
      problems.add(
          new Problem(
              mark == null ? fileName : location(fileName, mark),
              "not YAML: " + e.getProblem(),
              "mend the indentation or quoting at this place"));
      return null;
    }
    if (!(root instanceof MappingNode)) {
      problems.add(
          new Problem(
              fileName + ":1:1", "the file holds no mapping", "write fields such as `model: …`"));
      return null;
    }
    return new YamlTree(fileName, problems).convert(root);
  }

  /**
   * Sets what an override {@code a.b=value} names; the value is YAML itself.
   *
   * @return the root with the override
   */
  static Located override(Located root, String override, List<Problem> problems) {
    String location = "--set " + override;
    int equals = override.indexOf('=');
    if (equals <= 0) {
      problems.add(new Problem(location, "not of the form a.b=value", "write for example seed=7"));
      return root;
    }
    Located value;
    try {
      Node node =
          new Yaml(new LoaderOptions()).compose(new StringReader(override.substring(equals + 1)));
      value =
          node == null
              ? new Located("", location)
              : new YamlTree(location, problems).convert(node).at(location);
    } catch (MarkedYAMLException e) {
      problems.add(new Problem(location, "the value is not YAML: " + e.getProblem(), "quote it"));
      return root;
    }
    List<String> path = List.of(override.substring(0, equals).split("\\.", -1));
    return with(root, path, value, location);
  }

  private static Located with(Located at, List<String> path, Located value, String location) {
    if (path.isEmpty()) {
      return value;
    }
    Map<String, Located> fields = new LinkedHashMap<>();
    if (at != null && at.isMap()) {
      fields.putAll(at.map());
    } else if (at != null && at.content() instanceof String shorthand) {
      // A scalar is the short form of a section's name.
      fields.put("name", new Located(shorthand, at.location()));
    }
    String head = path.get(0);
    fields.put(head, with(fields.get(head), path.subList(1, path.size()), value, location));
    return new Located(fields, at == null ? location : at.location());
  }

  private Located convert(Node node) {
    String location = location(fileName, node.getStartMark());
    if (node instanceof MappingNode mapping) {
      Map<String, Located> fields = new LinkedHashMap<>();
      for (NodeTuple tuple : mapping.getValue()) {
        String keyLocation = location(fileName, tuple.getKeyNode().getStartMark());
        if (!(tuple.getKeyNode() instanceof ScalarNode keyNode)) {
          problems.add(
              new Problem(keyLocation, "a key is not a plain word", "write `name: value`"));
          continue;
        }
        String key = keyNode.getValue();
        Located value = convert(tuple.getValueNode());
        if (fields.put(key, new Located(value.content(), keyLocation)) != null) {
          problems.add(
              new Problem(keyLocation, "`" + key + "` is given twice", "keep one of them"));
        }
      }
      return new Located(fields, location);
    }
    if (node instanceof SequenceNode sequence) {
      List<Located> items = new ArrayList<>();
      for (Node item : sequence.getValue()) {
        items.add(convert(item));
      }
      return new Located(items, location);
    }
    ScalarNode scalar = (ScalarNode) node;
    return new Located(Tag.NULL.equals(scalar.getTag()) ? null : scalar.getValue(), location);
  }

  private static String location(String fileName, Mark mark) {
    return fileName + ":" + (mark.getLine() + 1) + ":" + (mark.getColumn() + 1);
  }
}
