package dev.espalier.prefix;

import dev.espalier.engine.TokenSequence;
import java.io.IOException;
import java.util.Arrays;

/** Tokens as one block of variable-length integers, so that they are written and read at once. */
public final class TokenBlock {
  private static final int MOST_BYTES = 5; // of a token

  private TokenBlock() {}

  /** The block of {@code tokens} from {@code from} on. */
  public static byte[] of(TokenSequence tokens, int from) {
    byte[] block = new byte[MOST_BYTES * (tokens.length() - from)];
    int end = 0;
    for (int i = from; i < tokens.length(); i++) {
      int rest = tokens.get(i);
      while ((rest & ~0x7f) != 0) {
        block[end++] = (byte) (rest | 0x80);
        rest >>>= 7;
      }
      block[end++] = (byte) rest;
    }
    return Arrays.copyOf(block, end);
  }

  /**
   * Reads the tokens of a block into {@code tokens} from {@code from} to its end.
   *
   * @throws IOException if the block ends before
   */
  public static void read(byte[] block, int[] tokens, int from) throws IOException {
    int next = 0;
    for (int i = from; i < tokens.length; i++) {
      int token = 0;
      int shift = 0;
      byte part;
      do {
        if (next == block.length) {
          throw new IOException(
              "the block ends after " + (i - from) + " of " + (tokens.length - from) + " tokens");
        }
        part = block[next++];
        token |= (part & 0x7f) << shift;
        shift += 7;
      } while (part < 0);
      tokens[i] = token;
    }
  }
}
