package dev.espalier.yaml;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A mapping, in the order of the text, merged entries before its own.
 *
 * @param entries by the text of their key
 */
public record YamlMapping(Map<String, Entry> entries, Optional<String> tag, YamlPlace place)
    implements YamlNode {

  /** A key and its value. */
  public record Entry(YamlScalar key, YamlNode value) {}

  public YamlMapping {
    entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
  }

  /** The value of {@code key}. */
  public Optional<YamlNode> get(String key) {
    return Optional.ofNullable(entries.get(key)).map(Entry::value);
  }

  @Override
  public String kind() {
    return "a mapping";
  }
}
