package dev.espalier.yaml;

import java.util.List;
import java.util.Optional;

/** A list. */
public record YamlSequence(List<YamlNode> items, Optional<String> tag, YamlPlace place)
    implements YamlNode {
  public YamlSequence {
    items = List.copyOf(items);
  }

  @Override
  public String kind() {
    return "a list";
  }
}
