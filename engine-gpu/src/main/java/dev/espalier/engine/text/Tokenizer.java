package dev.espalier.engine.text;

import dev.espalier.engine.TokenSequence;
import java.util.OptionalInt;

/** Turns text into the token ids of one model, and back. Thread-safe. */
public interface Tokenizer {

  /**
   * The tokens of {@code text}. Special tokens written out in the text are recognised.
   *
   * @param addSpecialTokens whether to add what the tokenizer puts around a whole input, such as a
   *     beginning-of-sequence token
   */
  TokenSequence encode(String text, boolean addSpecialTokens);

  /**
   * The text of {@code tokens}, special tokens written out; bytes that are no UTF-8 become U+FFFD.
   */
  String decode(TokenSequence tokens);

  /**
   * The bytes that {@code token} adds to an output, never null; empty for special tokens and for
   * ids without a token.
   */
  byte[] bytes(int token);

  boolean isSpecial(int token);

  /** The id of the token that is written {@code token}, such as {@code <|im_end|>}. */
  OptionalInt id(String token);

  /** One more than the largest id; a model may have more logits than this. */
  int size();
}
