package dev.espalier.eval.metric;

import dev.espalier.eval.TaskDocument;
import dev.espalier.jinja.PythonText;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The hashes by which results of the harness say what they were computed from. */
public final class SampleHashes {
  private SampleHashes() {}

  /** Of a document's columns in their order. */
  static String ofDocument(TaskDocument document) {
    return sha256(PythonText.json(document.document(), 2, false));
  }

  /** Of the first request's context. */
  static String ofPrompt(TaskDocument document) {
    return sha256(document.requests().get(0).context());
  }

  static String ofTarget(TaskDocument document) {
    return sha256(PythonText.str(document.target()));
  }

  /** SHA-256 in hexadecimal, of a text in UTF-8. */
  public static String sha256(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
