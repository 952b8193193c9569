package dev.espalier.engine.text;

import dev.espalier.engine.EngineException;
import dev.espalier.engine.TokenSequence;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/** Turns text into the token ids of one model, and back. Thread-safe. */
public interface Tokenizer {

  /**
   * The tokens of {@code text}. Special tokens written out in the text are recognised.
   *
   * @param addSpecialTokens whether to add what the tokenizer puts around a whole input, such as a
   *     beginning-of-sequence token
   * @throws EngineException INVALID_PARAMETERS if {@code text} holds half a surrogate pair
   */
  TokenSequence encode(String text, boolean addSpecialTokens);

  /**
   * The tokens of {@code text} that goes on after other tokens: without the beginning-of-sequence
   * token and without the space that some tokenizers (Llama 2, Mistral) put before a text, so that
   * {@code decode(a.concat(encodeContinuation(b)))} is {@code decode(a) + b} when the tokenizer
   * does not normalise {@code b}.
   *
   * @throws EngineException INVALID_PARAMETERS if {@code text} holds half a surrogate pair
   */
  TokenSequence encodeContinuation(String text);

  /**
   * The text of {@code tokens}: their {@link #bytes bytes} one after the other as UTF-8, special
   * tokens written out; bytes that are no UTF-8 become U+FFFD.
   */
  String decode(TokenSequence tokens);

  /**
   * The bytes that {@code token} adds to an output, never null; empty for special tokens and for
   * ids without a token.
   */
  byte[] bytes(int token);

  boolean isSpecial(int token);

  /**
   * The tokens that control the model, as they are written in a text, by their ids: the special
   * ones, and those that the chat template writes to open and close turns and the like. They must
   * not come of a text that is data.
   */
  default SortedMap<Integer, String> controlTokens() {
    SortedMap<Integer, String> tokens = new TreeMap<>();
    for (int id = 0; id < size(); id++) {
      if (isSpecial(id)) {
        tokens.put(id, decode(TokenSequence.of(id)));
      }
    }
    return tokens;
  }

  /** The id of the token that is written {@code token}, such as {@code <|im_end|>}. */
  OptionalInt id(String token);

  /** One more than the largest id; a model may have more logits than this. */
  int size();
}
