package dev.espalier.yaml;

import java.util.Optional;

/**
 * A value of a YAML document. Immutable. What an alias names is the same object in several places
 * of the tree, which has no cycles.
 */
public sealed interface YamlNode permits YamlScalar, YamlSequence, YamlMapping {

  /** Where it begins; of what an alias names, where the anchor is. */
  YamlPlace place();

  /** A tag that the schema let through and that gives a scalar no value of its own. */
  Optional<String> tag();

  /** What it is, for messages: {@code a list}, {@code a mapping}, {@code empty}, … */
  String kind();
}
