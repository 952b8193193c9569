package dev.espalier.eval.sweep;

import dev.espalier.io.storage.Storage;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Tells whether a file of samples is as it was written.
 *
 * @param bytes its length
 * @param sha256 of its content, in hexadecimal
 */
public record SampleSeal(long bytes, String sha256) {
  /** Of a file that is not written yet. */
  static final SampleSeal NONE = new SampleSeal(0, "");

  static SampleSeal of(Storage storage, String file) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      try (InputStream in = new DigestInputStream(storage.input(file).newStream(), digest)) {
        long bytes = in.transferTo(OutputStream.nullOutputStream());
        return new SampleSeal(bytes, HexFormat.of().formatHex(digest.digest()));
      }
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
