package dev.espalier.yaml;

import java.util.List;
import java.util.Optional;

/**
 * What was read of a text.
 *
 * @param root absent if the text is no YAML, or larger than allowed; else there even with problems,
 *     so that what reads it can find more
 * @param problems all that is wrong, in the order of the text
 * @param warnings what is read in a way that its writer may not expect
 */
public record YamlDocument(
    Optional<YamlNode> root, List<YamlProblem> problems, List<YamlProblem> warnings) {
  public YamlDocument {
    problems = List.copyOf(problems);
    warnings = List.copyOf(warnings);
  }
}
