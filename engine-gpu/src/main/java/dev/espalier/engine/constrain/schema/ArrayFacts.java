package dev.espalier.engine.constrain.schema;

import java.util.List;

/**
 * What a schema says about arrays.
 *
 * @param elements of the keywords prefixItems and items of one schema; more than one where several
 *     schemas hold at once
 * @param contains how often elements of a kind must or may occur
 * @param maxItems -1 is without end
 * @param unique pointer to a uniqueItems that is true, or null
 */
record ArrayFacts(
    List<Elements> elements, List<Contains> contains, int minItems, int maxItems, String unique) {
  static final ArrayFacts NONE = new ArrayFacts(List.of(), List.of(), 0, -1, null);

  /**
   * @param prefix terms of the first elements
   * @param rest term of the elements after these, or null
   */
  record Elements(List<Term> prefix, Term rest) {
    /** The term of the element at {@code index}, or null if it is free. */
    Term at(int index) {
      return index < prefix.size() ? prefix.get(index) : rest;
    }
  }

  /**
   * @param maximum -1 is without end
   */
  record Contains(Term term, int minimum, int maximum) {}

  ArrayFacts and(ArrayFacts other) {
    return new ArrayFacts(
        Lists.join(elements, other.elements),
        Lists.join(contains, other.contains),
        Math.max(minItems, other.minItems),
        smaller(maxItems, other.maxItems),
        unique != null ? unique : other.unique);
  }

  /** The smaller of two maxima, of which -1 is without end. */
  static int smaller(int a, int b) {
    return a < 0 || b < 0 ? Math.max(a, b) : Math.min(a, b);
  }
}
