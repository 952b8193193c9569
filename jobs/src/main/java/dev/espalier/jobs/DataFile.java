package dev.espalier.jobs;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.jobs.eval.PlainYaml;
import dev.espalier.yaml.YamlDocument;
import dev.espalier.yaml.YamlMapping;
import dev.espalier.yaml.YamlReader;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** A file that says where the documents of data sets lie, relative to itself. */
final class DataFile {
  private DataFile() {}

  /** The mapping of a file; empty if it holds none. */
  static Optional<ObjectNode> read(Path file) throws ConfigurationException {
    YamlDocument document = YamlReader.read(file.toString(), SweepOptions.text(file));
    if (!document.problems().isEmpty()
        || !(document.root().orElse(null) instanceof YamlMapping mapping)) {
      return Optional.empty();
    }
    ObjectNode paths = new ObjectMapper().createObjectNode();
    ((Map<?, ?>) PlainYaml.of((dev.espalier.yaml.YamlNode) mapping))
        .forEach(
            (name, path) ->
                paths.set((String) name, new ObjectMapper().valueToTree(resolved(file, path))));
    return Optional.of(paths);
  }

  private static Object resolved(Path file, Object path) {
    if (path instanceof Map<?, ?> map) {
      Map<Object, Object> resolved = new java.util.LinkedHashMap<>();
      map.forEach((split, inner) -> resolved.put(split, resolved(file, inner)));
      return resolved;
    }
    if (path instanceof java.util.List<?> list) {
      return list.stream().map(item -> resolved(file, item)).toList();
    }
    return path instanceof String text ? JobFileReader.path(file, text) : path;
  }
}
