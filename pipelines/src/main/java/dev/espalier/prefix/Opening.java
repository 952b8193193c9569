package dev.espalier.prefix;

import dev.espalier.engine.TokenSequence;
import java.io.Serializable;
import java.util.Objects;

/**
 * The tokens of a row's prompt up to the first value that only a model can give. Ordered by tokens,
 * equal openings by row id: the depth-first order of the radix tree, total over a dataset.
 *
 * @param tokens empty if the row's program asks the model for nothing, or fails before
 */
public record Opening(TokenSequence tokens, String rowId)
    implements Comparable<Opening>, Serializable {
  public Opening {
    Objects.requireNonNull(tokens, "tokens");
    Objects.requireNonNull(rowId, "rowId");
  }

  @Override
  public int compareTo(Opening other) {
    int byTokens = tokens.compareTo(other.tokens);
    return byTokens != 0 ? byTokens : rowId.compareTo(other.rowId);
  }

  /**
   * The shortest opening that is greater than this and not greater than {@code next}: a border
   * between the two, as a B-tree truncates its separators.
   *
   * @throws IllegalArgumentException unless this comes before {@code next}
   */
  Opening separator(Opening next) {
    if (compareTo(next) >= 0) {
      throw new IllegalArgumentException(
          "row " + rowId + " does not come before row " + next.rowId + " in prefix order");
    }
    int shared = tokens.commonPrefixLength(next.tokens);
    return shared == next.tokens.length()
        ? next
        : new Opening(next.tokens.slice(0, shared + 1), "");
  }
}
