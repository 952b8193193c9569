package dev.espalier.io.read;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The hash that names rows, ids and paths. */
final class Sha256 {
  private Sha256() {}

  static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
