package dev.espalier.program;

import dev.espalier.row.Column;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What to ask of one row: a function that writes text into a {@link State} and lets the model fill
 * in values. Control flow is Java's own.
 *
 * <pre>{@code
 * Program triage = s -> {
 *   s.system(POLICY).user(s.row("body"));
 *   String category = s.select("category", CATEGORIES);
 *   if (s.gen("urgency", regex("[1-5]")).asInt() >= 4) {
 *     s.user("Reply in numbered steps.").gen("reply", maxTokens(120));
 *   } else {
 *     s.user("Reply in one sentence.").gen("reply", maxTokens(40));
 *   }
 * };
 * }</pre>
 *
 * <p>A program runs once or more for each row, on any worker: it must be deterministic and without
 * side effects, so depend on nothing but the row and the values it reads from its state. What it
 * throws becomes the row's error; a {@link RowException} brings a code of its own.
 */
@FunctionalInterface
public interface Program extends Serializable {

  void run(State s);

  /**
   * The columns that the program gives to every table, if it says so; its values have these names
   * and types then. Of a program that does not say, the values that its rows name become columns.
   */
  default Optional<List<Column>> columns() {
    return Optional.empty();
  }

  /**
   * Most tokens that the model generates for a row, whichever steps it takes; the choices of a
   * select are not counted. Empty if that is not known before there are rows, as of a program that
   * does not say.
   */
  default OptionalLong mostGeneratedTokens() {
    return OptionalLong.empty();
  }

  /**
   * Whether a step may ask for log-probabilities of tokens, whichever steps a row takes: the trace
   * of every table has fields for them then. Of a program that does not say, it has them once a row
   * has any.
   */
  default boolean reportsTokenLogprobs() {
    return false;
  }
}
