package dev.espalier.engine;

import java.io.Serializable;
import java.util.List;

/**
 * What the text of a generation must look like from its first to its last byte. A constraint is
 * only a description; the engine compiles it for its vocabulary and keeps the compiled form.
 */
public sealed interface Constraint extends Serializable {

  /** The whole output matches {@code pattern}. */
  record Regex(String pattern) implements Constraint {}

  /** The whole output is one of {@code choices}. */
  record Choice(List<String> choices) implements Constraint {
    public Choice {
      choices = List.copyOf(choices);
    }
  }

  /** The whole output is a JSON document valid under {@code schema}, a JSON Schema 2020-12. */
  record JsonSchema(String schema) implements Constraint {}

  /** The whole output derives from the rule {@code root} of {@code ebnf}. */
  record Grammar(String ebnf) implements Constraint {}
}
