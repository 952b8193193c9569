package dev.espalier.engine.constrain;

import dev.espalier.engine.ConstraintException;
import dev.espalier.engine.ErrorCode;
import dev.espalier.engine.constrain.automaton.AutomatonLimitException;
import dev.espalier.engine.constrain.automaton.Dfa;
import dev.espalier.engine.constrain.network.Network;
import dev.espalier.engine.constrain.network.RuleSet;

/** What a constraint allows, before it is known which tokens there are. */
sealed interface ReadConstraint {

  /** What is said of it where something is wrong. */
  Label label();

  /**
   * How messages speak of a constraint.
   *
   * @param name at the beginning of a message
   * @param size what is too large if it is
   * @param remedy against that
   */
  record Label(String name, String size, String remedy) {
    Label(String name) {
      this(name, "too large", "lower its counts and bounds");
    }

    /** What is wrong with the constraint as a whole. */
    ConstraintException invalid(String problem, Throwable cause) {
      return new ConstraintException(
          ErrorCode.CONSTRAINT_INVALID, name + ": " + problem, problem, "", -1, cause);
    }

    ConstraintException tooLarge(AutomatonLimitException e) {
      return invalid(size + ", " + e.getMessage() + "; " + remedy, e);
    }

    ConstraintException unsatisfiable(String problem) {
      return new ConstraintException(
          ErrorCode.CONSTRAINT_UNSATISFIABLE, name + " " + problem, problem, "", -1, null);
    }
  }

  /**
   * One automaton.
   *
   * @param bytes accepts the outputs in UTF-8; not empty
   */
  record OfBytes(Label label, Dfa bytes) implements ReadConstraint {}

  /**
   * Rules that no automaton is made of.
   *
   * @param root the rule of the whole output; it derives a text
   * @param network of the same rules
   */
  record OfRules(Label label, RuleSet rules, int root, Network network) implements ReadConstraint {}
}
