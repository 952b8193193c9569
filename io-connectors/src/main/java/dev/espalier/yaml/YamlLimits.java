package dev.espalier.yaml;

/**
 * How large a document may be.
 *
 * @param characters of the text
 * @param depth of lists and mappings in each other, aliases written out
 * @param nodes scalars, keys, lists and mappings, aliases and merged entries written out
 */
public record YamlLimits(int characters, int depth, int nodes) {
  /** 8 MiB, 100 levels, 500,000 nodes. */
  public static final YamlLimits DEFAULT = new YamlLimits(8 << 20, 100, 500_000);
}
