package dev.espalier.program;

import dev.espalier.engine.TokenSequence;
import java.util.Objects;

/**
 * What a program has written when it first asks the model.
 *
 * @param tokens empty if the program ends or fails before
 * @param text a hash of the text that became these tokens, by which a later run of the program
 *     knows that it has written the same; {@link #UNKNOWN} if there is none
 */
public record WrittenOpening(TokenSequence tokens, long text) {
  /** The hash of no text. */
  public static final long UNKNOWN = 0;

  public WrittenOpening {
    Objects.requireNonNull(tokens, "tokens");
  }
}
