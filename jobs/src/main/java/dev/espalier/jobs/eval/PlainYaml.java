package dev.espalier.jobs.eval;

import dev.espalier.yaml.YamlMapping;
import dev.espalier.yaml.YamlNode;
import dev.espalier.yaml.YamlScalar;
import dev.espalier.yaml.YamlSequence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Values of YAML as Python has them, and mappings that lie over others. */
public final class PlainYaml {
  private PlainYaml() {}

  /**
   * A {@code String}, {@code Long}, {@code BigInteger}, {@code Double}, {@code Boolean}, null, list
   * or map.
   */
  public static Object of(YamlNode node) {
    if (node instanceof YamlMapping mapping) {
      return of(mapping);
    }
    if (node instanceof YamlSequence list) {
      List<Object> items = new ArrayList<>();
      list.items().forEach(item -> items.add(of(item)));
      return items;
    }
    return ((YamlScalar) node).value();
  }

  static Map<String, Object> of(YamlMapping mapping) {
    Map<String, Object> map = new LinkedHashMap<>();
    mapping.entries().forEach((key, entry) -> map.put(key, of(entry.value())));
    return map;
  }

  /** {@code over} on {@code base}: mappings are joined, all else is replaced. */
  public static YamlMapping merged(YamlMapping base, YamlMapping over) {
    Map<String, YamlMapping.Entry> entries = new LinkedHashMap<>(base.entries());
    over.entries()
        .forEach(
            (key, entry) -> {
              YamlMapping.Entry former = entries.get(key);
              boolean both =
                  former != null
                      && former.value() instanceof YamlMapping
                      && entry.value() instanceof YamlMapping;
              entries.put(
                  key,
                  both
                      ? new YamlMapping.Entry(
                          entry.key(),
                          merged((YamlMapping) former.value(), (YamlMapping) entry.value()))
                      : entry);
            });
    return new YamlMapping(entries, Optional.empty(), base.place());
  }
}
