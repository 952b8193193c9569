package dev.espalier.jobs.eval;

import dev.espalier.engine.TokenSequence;
import java.io.ByteArrayOutputStream;
import java.util.Base64;

/** Tokens as text: each in groups of seven bits, the lowest first, all of it in Base64. */
final class TokenText {
  private static final int BITS = 7;
  private static final int MORE = 1 << BITS;

  private TokenText() {}

  static String of(TokenSequence tokens) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(2 * tokens.length());
    for (int i = 0; i < tokens.length(); i++) {
      int token = tokens.get(i);
      for (; token >= MORE; token >>>= BITS) {
        bytes.write((token & (MORE - 1)) | MORE);
      }
      bytes.write(token);
    }
    return Base64.getEncoder().withoutPadding().encodeToString(bytes.toByteArray());
  }

  static TokenSequence read(String text) {
    byte[] bytes = Base64.getDecoder().decode(text);
    int count = 0;
    for (byte b : bytes) {
      count += b >= 0 ? 1 : 0;
    }
    int[] tokens = new int[count];
    int at = 0;
    int shift = 0;
    for (byte b : bytes) {
      tokens[at] |= (b & (MORE - 1)) << shift;
      shift = b >= 0 ? 0 : shift + BITS;
      at += b >= 0 ? 1 : 0;
    }
    return TokenSequence.of(tokens);
  }
}
