package dev.espalier.eval.twin;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Tells whether two texts of Python are the same but for how they are laid out. */
final class PythonPrint {
  private static final int BYTES = 8;

  private PythonPrint() {}

  /**
   * A fingerprint of a text: the first 64 bits of SHA-256, in hexadecimal, over its characters
   * without white space and commas, with single quotes for double ones.
   */
  static String of(String source) {
    String plain = source.replaceAll("[\\s,]", "").replace('"', '\'');
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(plain.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }

  /** Whether a text defines a function or variable of this name at its outermost level. */
  static boolean defines(String source, String name) {
    String quoted = java.util.regex.Pattern.quote(name);
    return java.util.regex.Pattern.compile(
            "^(?:def\\s+|class\\s+)?" + quoted + "\\s*[(=:]", java.util.regex.Pattern.MULTILINE)
        .matcher(source)
        .find();
  }
}
