package dev.espalier.eval.task;

import dev.espalier.yaml.YamlMapping;
import dev.espalier.yaml.YamlNode;
import dev.espalier.yaml.YamlScalar;
import dev.espalier.yaml.YamlSequence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The values of YAML nodes. */
final class YamlValues {
  private YamlValues() {}

  /** A scalar's value or {@link Function}, a list or a map. */
  static Object plain(YamlNode node) {
    if (node instanceof YamlScalar scalar) {
      return scalar.tag().isPresent()
          ? new Function(scalar.text().strip(), scalar.place())
          : scalar.value();
    } else if (node instanceof YamlSequence sequence) {
      List<Object> list = new ArrayList<>();
      sequence.items().forEach(item -> list.add(plain(item)));
      return list;
    }
    return plain((YamlMapping) node);
  }

  static Map<String, Object> plain(YamlMapping mapping) {
    Map<String, Object> map = new LinkedHashMap<>();
    mapping.entries().forEach((name, entry) -> map.put(name, plain(entry.value())));
    return map;
  }

  /** Functions are written as the file spells them. */
  static Object printable(Object value) {
    if (value instanceof Function function) {
      return function.toString();
    } else if (value instanceof List<?> list) {
      List<Object> copy = new ArrayList<>();
      list.forEach(item -> copy.add(printable(item)));
      return copy;
    } else if (value instanceof Map<?, ?> map) {
      Map<String, Object> copy = new LinkedHashMap<>();
      map.forEach((name, item) -> copy.put((String) name, printable(item)));
      return copy;
    }
    return value;
  }
}
