package dev.espalier.jobs;

import dev.espalier.engine.open.FileHashes;
import java.nio.file.Path;

/**
 * What the jobs of this user keep for one another on this machine: in {@code ESPALIER_CACHE}, by
 * default {@code ~/.cache/espalier}. All of it can be removed at any time.
 */
final class UserCache {
  private static final String VARIABLE = "ESPALIER_CACHE";

  private UserCache() {}

  /** The directory, which need not be there. */
  static Path directory() {
    String named = System.getenv(VARIABLE);
    return named == null || named.isEmpty()
        ? Path.of(System.getProperty("user.home", "."), ".cache", "espalier")
        : Path.of(named);
  }

  /** Hashes of the files of models. */
  static FileHashes fileHashes() {
    return FileHashes.keptIn(directory().resolve("file-hashes"));
  }
}
