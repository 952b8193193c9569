package dev.espalier.eval;

import java.util.Locale;

/** What a model is asked for a document, by the names of lm-evaluation-harness. */
public enum OutputType {
  /** The log-probability of each of several choices. */
  MULTIPLE_CHOICE,
  /** The log-probability of one continuation. */
  LOGLIKELIHOOD,
  /** The log-probability of a whole text. */
  LOGLIKELIHOOD_ROLLING,
  /** A text, up to one of several stops. */
  GENERATE_UNTIL;

  /** As task files spell it: {@code multiple_choice}. */
  public String spelling() {
    return name().toLowerCase(Locale.ROOT);
  }
}
