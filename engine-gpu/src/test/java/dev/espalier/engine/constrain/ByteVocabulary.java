package dev.espalier.engine.constrain;

import dev.espalier.engine.TokenSequence;
import dev.espalier.engine.constrain.vocabulary.CompiledConstraint;
import dev.espalier.engine.text.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;

/** A vocabulary of the 256 bytes: token b is byte b. */
public final class ByteVocabulary implements Tokenizer {
  public static final int SIZE = 256;

  /** Whether {@code constraint} allows the bytes of {@code text} one by one, and then the end. */
  public static boolean accepts(CompiledConstraint constraint, String text) {
    CompiledConstraint.State state = constraint.start();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      int token = b & 0xFF;
      if ((state.allowed()[token >> 6] >>> token & 1) == 0) {
        return false;
      }
      state = state.next(token);
    }
    return state.mayEnd();
  }

  @Override
  public TokenSequence encode(String text, boolean addSpecialTokens) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int[] tokens = new int[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      tokens[i] = bytes[i] & 0xFF;
    }
    return TokenSequence.of(tokens);
  }

  @Override
  public TokenSequence encodeContinuation(String text) {
    return encode(text, false);
  }

  @Override
  public String decode(TokenSequence tokens) {
    byte[] bytes = new byte[tokens.length()];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) tokens.get(i);
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Override
  public byte[] bytes(int token) {
    return new byte[] {(byte) token};
  }

  @Override
  public boolean isSpecial(int token) {
    return false;
  }

  @Override
  public OptionalInt id(String token) {
    return OptionalInt.empty();
  }

  @Override
  public int size() {
    return SIZE;
  }
}
