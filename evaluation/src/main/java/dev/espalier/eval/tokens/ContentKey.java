package dev.espalier.eval.tokens;

import dev.espalier.engine.TokenSequence;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The first 128 bits of SHA-256 over parts, each with its kind and length before it. Not
 * thread-safe.
 */
public final class ContentKey {
  private static final int BYTES = 16;

  private final MessageDigest digest;

  public ContentKey(String kind) {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
    text(kind);
  }

  public ContentKey text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    digest.update(("s" + bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
    digest.update(bytes);
    return this;
  }

  public ContentKey tokens(TokenSequence tokens) {
    ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES * tokens.length());
    for (int i = 0; i < tokens.length(); i++) {
      bytes.putInt(tokens.get(i));
    }
    digest.update(("t" + tokens.length() + ":").getBytes(StandardCharsets.US_ASCII));
    digest.update(bytes.array());
    return this;
  }

  public String hex() {
    return HexFormat.of().formatHex(digest.digest(), 0, BYTES);
  }
}
