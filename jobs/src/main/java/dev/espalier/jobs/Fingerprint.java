package dev.espalier.jobs;

import dev.espalier.engine.EngineOptions;
import dev.espalier.io.read.InputCheck;
import dev.espalier.io.read.SourceFile;
import dev.espalier.io.storage.StorageOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Hashes of what decides an output. */
final class Fingerprint {
  private Fingerprint() {}

  /**
   * The first 128 bits of SHA-256 over the parts, each with its length before it, in hexadecimal.
   */
  static String of(String... parts) {
    MessageDigest digest = sha256();
    for (String part : parts) {
      byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
      digest.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
      digest.update(bytes);
    }
    return HexFormat.of().formatHex(digest.digest(), 0, 16);
  }

  /**
   * What of the engine decides the bits of an output: they are promised for one kind of device, one
   * format of the weights and one type that the model is computed in.
   */
  static String arithmetic(EngineOptions engine) {
    return engine.device().kind() + " " + engine.weights() + " " + engine.computedIn();
  }

  /**
   * What decides a table besides the rows of its input.
   *
   * @param contents of the input; empty where a manifest tells of it
   * @param shards as asked for
   */
  static String ofTable(
      JobFile job, String modelHash, String programHash, String contents, int shards) {
    List<String> parts = new ArrayList<>();
    parts.add("table");
    parts.add(modelHash);
    parts.add(programHash);
    parts.add(Long.toString(job.seed()));
    parts.add(arithmetic(job.engine()));
    if (!contents.isEmpty()) {
      parts.add(contents);
    }
    parts.add(String.join("\n", job.input().ids()));
    parts.add(job.input().idType());
    parts.add(job.input().badLines());
    parts.add(String.join("\n", job.output().include()));
    parts.add(Integer.toString(shards));
    return of(parts.toArray(String[]::new));
  }

  /**
   * A hash over names and contents of all files of an input, which the fingerprints of tables with
   * manifests of format 1 hold.
   */
  static String ofContents(InputCheck input, StorageOptions storage) throws IOException {
    MessageDigest digest = sha256();
    byte[] buffer = new byte[1 << 16];
    for (SourceFile file : input.files()) {
      digest.update((file.label() + "\n" + file.bytes() + "\n").getBytes(StandardCharsets.UTF_8));
      try (InputStream in = storage.open(file.path()).input(file.path()).newStream()) {
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
          digest.update(buffer, 0, read);
        }
      }
    }
    return HexFormat.of().formatHex(digest.digest(), 0, 16);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
