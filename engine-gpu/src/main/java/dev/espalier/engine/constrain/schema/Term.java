package dev.espalier.engine.constrain.schema;

/**
 * A schema that a value must be valid under, or must not.
 *
 * @param negated whether it must not
 */
record Term(SchemaNode node, boolean negated) {
  static Term of(SchemaNode node) {
    return new Term(node, false);
  }

  Term negate() {
    return new Term(node, !negated);
  }
}
