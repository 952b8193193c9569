package dev.espalier.engine.constrain.schema;

import java.math.BigDecimal;
import java.util.List;

/**
 * What a schema says about numbers.
 *
 * @param bounds all to be met
 * @param multiplesOf divide the number
 * @param notMultiplesOf do not divide the number
 */
record NumberFacts(
    List<Bound> bounds, List<BigDecimal> multiplesOf, List<BigDecimal> notMultiplesOf) {
  static final NumberFacts NONE = new NumberFacts(List.of(), List.of(), List.of());

  /**
   * @param lower whether numbers are above it, else below
   * @param inclusive whether a number may be equal to it
   */
  record Bound(BigDecimal value, boolean lower, boolean inclusive) {
    boolean holds(BigDecimal number) {
      int order = number.compareTo(value);
      return order == 0 ? inclusive : order > 0 == lower;
    }

    /** Holds just where this one does not. */
    Bound negate() {
      return new Bound(value, !lower, !inclusive);
    }
  }

  NumberFacts and(NumberFacts other) {
    return new NumberFacts(
        Lists.join(bounds, other.bounds),
        Lists.join(multiplesOf, other.multiplesOf),
        Lists.join(notMultiplesOf, other.notMultiplesOf));
  }

  boolean isNone() {
    return bounds.isEmpty() && multiplesOf.isEmpty() && notMultiplesOf.isEmpty();
  }

  boolean holds(BigDecimal number) {
    return bounds.stream().allMatch(bound -> bound.holds(number))
        && multiplesOf.stream().allMatch(of -> number.remainder(of).signum() == 0)
        && notMultiplesOf.stream().noneMatch(of -> number.remainder(of).signum() == 0);
  }
}
