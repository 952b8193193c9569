package dev.espalier.bench;

import dev.espalier.engine.TokenSequence;
import dev.espalier.engine.text.Tokenizer;
import java.util.OptionalInt;

/** A vocabulary for random weights: every token adds four letters, and no text becomes tokens. */
record NumberedTokens(int size) implements Tokenizer {

  @Override
  public TokenSequence encode(String text, boolean addSpecialTokens) {
    throw new UnsupportedOperationException("there is no text for random weights");
  }

  @Override
  public TokenSequence encodeContinuation(String text) {
    return encode(text, false);
  }

  @Override
  public String decode(TokenSequence tokens) {
    return tokens.toString();
  }

  @Override
  public byte[] bytes(int token) {
    byte[] letters = new byte[4];
    for (int i = 0; i < letters.length; i++) {
      letters[i] = (byte) ('a' + ((token >> (4 * i)) & 15));
    }
    return letters;
  }

  @Override
  public boolean isSpecial(int token) {
    return false;
  }

  @Override
  public OptionalInt id(String token) {
    return OptionalInt.empty();
  }
}
