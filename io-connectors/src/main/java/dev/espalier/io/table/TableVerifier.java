package dev.espalier.io.table;

import dev.espalier.io.parquet.DigestingOutputFile;
import dev.espalier.io.storage.Storage;
import dev.espalier.io.storage.StorageOptions;
import dev.espalier.io.storage.StoredFile;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Compares the files of a table with its manifest. */
public final class TableVerifier {
  private TableVerifier() {}

  /**
   * Reads every file.
   *
   * @return what is wrong, one sentence for each file; empty if the table is whole
   */
  public static List<String> verify(String table, StorageOptions options) throws IOException {
    Storage storage = options.open(table);
    TableLayout layout = new TableLayout(table);
    Optional<Manifest> manifest = Manifest.readFile(storage, layout.manifest());
    if (manifest.isEmpty()) {
      return List.of(layout.manifest() + ": missing; the table is not complete");
    }
    List<String> problems = new ArrayList<>();
    for (Manifest.DataFile file : manifest.get().files()) {
      verify(storage, layout.file(file.name()), file).ifPresent(problems::add);
    }
    Set<String> known =
        manifest.get().files().stream().map(Manifest.DataFile::name).collect(Collectors.toSet());
    // What a commit that was cut off left is no damage: the next run removes it.
    known.addAll(CommitRecord.namesOfAll(storage, layout));
    for (StoredFile file : storage.list(table)) {
      if (file.name().endsWith(".parquet") && !known.contains(file.name())) {
        problems.add(file.path() + ": not in the manifest");
      }
    }
    return problems;
  }

  /** Whether all files are there with their lengths; their contents are not read. */
  static boolean isPresent(Storage storage, TableLayout layout, Manifest manifest)
      throws IOException {
    for (Manifest.DataFile file : manifest.files()) {
      Optional<StoredFile> found = storage.find(layout.file(file.name()));
      if (found.isEmpty() || found.get().length() != file.bytes()) {
        return false;
      }
    }
    return true;
  }

  /** What is wrong with one file, empty if nothing is. */
  static Optional<String> verify(Storage storage, String path, Manifest.DataFile expected)
      throws IOException {
    Optional<StoredFile> found = storage.find(path);
    if (found.isEmpty()) {
      return Optional.of(path + ": missing");
    }
    if (found.get().length() != expected.bytes()) {
      return Optional.of(
          "%s: %s: %s bytes of %s"
              .formatted(
                  path,
                  found.get().length() < expected.bytes() ? "truncated" : "longer than written",
                  found.get().length(),
                  expected.bytes()));
    }
    String sha256 = sha256(storage, path);
    return sha256.equals(expected.sha256())
        ? Optional.empty()
        : Optional.of(path + ": altered: SHA-256 " + sha256 + ", not " + expected.sha256());
  }

  static String sha256(Storage storage, String path) throws IOException {
    MessageDigest digest = DigestingOutputFile.sha256();
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = storage.input(path).newStream()) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
