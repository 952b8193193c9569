package dev.espalier.row;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;

/**
 * A token and how probable the model found it where it stands, before penalties, temperature and
 * masks.
 *
 * @param text of the token alone: special tokens written out, bytes that are no whole characters as
 *     U+FFFD
 * @param logprob natural logarithm
 * @param top the most probable tokens of the same place, most probable first, the smaller id first
 *     among equals; as many as were asked for
 */
public record ScoredToken(int token, String text, float logprob, List<Alternative> top)
    implements Serializable {

  /** A token that could have stood in the same place. */
  public record Alternative(int token, String text, float logprob) implements Serializable {
    public Alternative {
      Objects.requireNonNull(text, "text");
    }
  }

  public ScoredToken {
    Objects.requireNonNull(text, "text");
    top = List.copyOf(top);
  }
}
