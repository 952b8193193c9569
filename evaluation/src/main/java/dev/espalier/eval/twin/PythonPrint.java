package dev.espalier.eval.twin;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tells whether two texts of Python are the same but for how they are laid out. */
final class PythonPrint {
  private static final int BYTES = 8;
  private static final Pattern IMPORT =
      Pattern.compile("^from\\s+([\\w.]+)\\s+import\\s+(\\([^)]*\\)|[^(\\n]*)", Pattern.MULTILINE);

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

  /** The module that a text imports a name from, at its outermost level and under this name. */
  static Optional<String> imports(String source, String name) {
    Matcher matcher = IMPORT.matcher(source);
    while (matcher.find()) {
      String names = matcher.group(2).replaceAll("[()\\s]|#.*", " ");
      for (String each : names.split(",", -1)) {
        if (each.strip().equals(name)) {
          return Optional.of(matcher.group(1));
        }
      }
    }
    return Optional.empty();
  }

  /** Whether a text defines a function or variable of this name at its outermost level. */
  static boolean defines(String source, String name) {
    String quoted = Pattern.quote(name);
    return Pattern.compile("^(?:def\\s+|class\\s+)?" + quoted + "\\s*[(=:]", Pattern.MULTILINE)
        .matcher(source)
        .find();
  }
}
