package dev.espalier.io.read;

import dev.espalier.io.FileProblemException;
import dev.espalier.io.storage.Glob;
import dev.espalier.io.storage.Storage;
import dev.espalier.io.storage.StoredFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The files that an input path names.
 *
 * @param files those to read, in the order of their paths
 * @param skipped files in a directory that hold no rows by their extension; names that begin with
 *     {@code .} or {@code _} are not even listed
 */
record SourceFiles(List<SourceFile> files, List<String> skipped) {
  private static final String FORMATS = ".jsonl, .csv or .parquet";

  /**
   * @throws FileProblemException if nothing is there to read
   */
  static SourceFiles list(ReadOptions options) throws IOException {
    String path = options.path();
    try {
      Storage storage = options.storage().open(path);
      Optional<StoredFile> literal = storage.find(path);
      SourceFiles found = new SourceFiles(new ArrayList<>(), new ArrayList<>());
      if (literal.isPresent()) {
        String root = literal.get().directory() ? path : parent(path);
        found.add(options, storage, root, literal.get(), !literal.get().directory());
      } else if (Glob.isGlob(path)) {
        found.addMatches(options, storage);
      } else {
        throw FileProblemException.missing(path, null);
      }
      if (found.files.isEmpty()) {
        throw new FileProblemException(
            path
                + ": no file that could be read"
                + (found.skipped.isEmpty() ? "" : ", only " + first(found.skipped)),
            "Name files that end in " + FORMATS + ", or set the format");
      }
      return found;
    } catch (IOException e) {
      throw FileProblemException.unreadable(path, e);
    }
  }

  private void addMatches(ReadOptions options, Storage storage) throws IOException {
    Glob glob = Glob.parse(options.path());
    List<StoredFile> matches = glob.matches(storage);
    if (matches.isEmpty()) {
      throw new FileProblemException(
          options.path() + ": the pattern matches no file", "Check the pattern and its directory");
    }
    for (StoredFile match : matches) {
      add(options, storage, glob.root(), match, !match.directory());
    }
  }

  /**
   * @param named whether the user's path names this very file, so that skipping it would lose data
   */
  private void add(
      ReadOptions options, Storage storage, String root, StoredFile file, boolean named)
      throws IOException {
    if (file.directory()) {
      for (StoredFile child : storage.list(file.path())) {
        if (!child.name().startsWith(".") && !child.name().startsWith("_")) {
          add(options, storage, root, child, false);
        }
      }
      return;
    }
    Optional<String> compression = Compression.otherOfName(file.name());
    if (compression.isPresent() && isData(file.name(), compression.get(), options)) {
      throw new FileProblemException(
          "%s: its compression, %s, is not read".formatted(file.path(), compression.get()),
          "Decompress it, or compress it with gzip or zstd");
    }
    Optional<InputFormat> format = options.format().or(() -> InputFormat.ofName(file.name()));
    if (format.isPresent()) {
      files.add(
          new SourceFile(
              file.path(), label(root, file.path()), format.get(), file.length(), file.version()));
    } else if (named) {
      throw new FileProblemException(
          file.path() + ": the name does not tell the format",
          "Name it " + FORMATS + ", or set the format");
    } else {
      skipped.add(file.path());
    }
  }

  private static boolean isData(String name, String extension, ReadOptions options) {
    String plain = name.substring(0, name.length() - extension.length());
    return options.format().isPresent() || InputFormat.ofName(plain).isPresent();
  }

  private static String parent(String path) {
    int slash = path.lastIndexOf('/');
    return slash < 0 ? "." : path.substring(0, slash + 1);
  }

  private static String label(String root, String path) {
    String prefix = root.endsWith("/") ? root : root + "/";
    return path.startsWith(prefix) ? path.substring(prefix.length()) : path;
  }

  private static String first(List<String> paths) {
    int shown = Math.min(3, paths.size());
    String names = String.join(", ", paths.subList(0, shown));
    return shown == paths.size() ? names : names + " and " + (paths.size() - shown) + " more";
  }
}
