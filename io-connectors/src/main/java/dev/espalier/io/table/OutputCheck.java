package dev.espalier.io.table;

import dev.espalier.io.FileProblemException;
import dev.espalier.io.IoReason;
import dev.espalier.io.storage.Storage;
import dev.espalier.io.storage.StorageOptions;
import dev.espalier.io.storage.StorageOutput;
import dev.espalier.io.storage.StoredFile;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at the place of a table before any work is spent on it. */
public final class OutputCheck {
  private static final Logger LOG = LoggerFactory.getLogger(OutputCheck.class);

  private OutputCheck() {}

  /**
   * Says what is there, and makes sure that a table can be written there.
   *
   * @throws FileProblemException if the place holds files that are not this job's to replace, or
   *     cannot be written
   */
  public static TableState of(WriteOptions options) throws FileProblemException {
    return of(options, manifest -> true);
  }

  /** Tells whether a table of the job is that of the input there is now. */
  @FunctionalInterface
  public interface InputTest {
    boolean isOfInput(Manifest table) throws IOException;
  }

  /**
   * The same where the job's input may have changed since.
   *
   * @param input is asked about a table of this job
   */
  public static TableState of(WriteOptions options, InputTest input) throws FileProblemException {
    TableState state = look(options, input);
    if (state != TableState.COMPLETE) {
      try {
        probe(options.storage().open(options.path()), new TableLayout(options.path()));
      } catch (IOException e) {
        throw FileProblemException.unreadable(options.path(), e);
      }
    }
    return state;
  }

  /**
   * Says what is there, by reading alone.
   *
   * @throws FileProblemException if the place holds files that are not this job's to replace, or
   *     cannot be read
   */
  public static TableState look(WriteOptions options, InputTest input) throws FileProblemException {
    try {
      return state(options, input);
    } catch (IOException e) {
      throw FileProblemException.unreadable(options.path(), e);
    }
  }

  /** Whether a complete table is there, and all its files with their lengths. */
  public static boolean isWhole(String table, StorageOptions storage) throws IOException {
    Optional<Manifest> manifest = Manifest.read(table, storage);
    return manifest.isPresent()
        && TableVerifier.isPresent(storage.open(table), new TableLayout(table), manifest.get());
  }

  /**
   * Makes sure that a directory is there or can be made, and that files can be written in it.
   *
   * @throws FileProblemException if not
   */
  public static void writable(WriteOptions options) throws FileProblemException {
    try {
      Storage storage = options.storage().open(options.path());
      Optional<StoredFile> place = storage.find(options.path());
      if (place.isPresent() && !place.get().directory()) {
        throw isFile(options.path());
      }
      refuseLinkToNothing(options.path());
      probe(storage, new TableLayout(options.path()));
    } catch (IOException e) {
      throw FileProblemException.unreadable(options.path(), e);
    }
  }

  private static FileProblemException isFile(String path) {
    return new FileProblemException(
        path + ": is a file, not a directory", "Choose another path for the table");
  }

  /** Nothing is found at such a link, and no directory can be made there either. */
  private static void refuseLinkToNothing(String path) throws FileProblemException {
    if (!StorageOptions.isLocal(path)) {
      return;
    }
    Path at = StorageOptions.localPath(path);
    for (; at != null && !Files.exists(at); at = at.getParent()) {
      if (Files.isSymbolicLink(at)) {
        throw new FileProblemException(
            at + ": is a symbolic link to nothing",
            "Make the directory that it names, or choose another path for the table");
      }
    }
  }

  private static TableState state(WriteOptions options, InputTest input) throws IOException {
    Storage storage = options.storage().open(options.path());
    TableLayout layout = new TableLayout(options.path());
    Optional<Manifest> manifest = refuseOthers(storage, layout, options);
    if (manifest.isPresent() && options.owns(manifest.get().fingerprint())) {
      boolean same = input.isOfInput(manifest.get());
      if (!same && !options.overwrite()) {
        throw ofOthers(layout);
      }
      if (same && TableVerifier.isPresent(storage, layout, manifest.get())) {
        return TableState.COMPLETE;
      }
    }
    boolean begun =
        storage.find(layout.journal(options.fingerprint())).isPresent()
            || storage.find(layout.temporary(options.writer())).isPresent();
    return begun ? TableState.UNFINISHED : TableState.NEW;
  }

  /**
   * Refuses a place that holds another job's table or Parquet files that no table here owns.
   *
   * @return the manifest of the table that is there
   */
  static Optional<Manifest> refuseOthers(Storage storage, TableLayout layout, WriteOptions options)
      throws IOException {
    Optional<StoredFile> place = storage.find(layout.path());
    if (place.isEmpty()) {
      refuseLinkToNothing(layout.path());
      return Optional.empty();
    }
    if (!place.get().directory()) {
      throw isFile(layout.path());
    }
    Optional<Manifest> manifest = Manifest.readFile(storage, layout.manifest());
    if (manifest.isPresent()
        && !options.owns(manifest.get().fingerprint())
        && !options.overwrite()) {
      throw ofOthers(layout);
    }
    // Listed before the owners are read: a file never stands here before its owner's manifest.
    List<StoredFile> files = storage.list(layout.path());
    Set<String> owned = owned(storage, layout);
    for (StoredFile file : files) {
      if (file.name().endsWith(".parquet") && !owned.contains(file.name())) {
        throw new FileProblemException(
            file.path() + ": belongs to no table that was written here",
            "Move it away, or choose another path");
      }
    }
    return manifest;
  }

  static FileProblemException ofOthers(TableLayout layout) {
    return new FileProblemException(
        layout.path() + ": holds the table of another job or of other input",
        "Choose another path, or allow it to be overwritten");
  }

  /** Names of the files that tables written here, whole or not, may have. */
  static Set<String> owned(Storage storage, TableLayout layout) throws IOException {
    Set<String> names = new HashSet<>();
    // The manifest is read last too: the record of a commit goes when its manifest has come.
    names.addAll(named(storage, layout));
    names.addAll(CommitRecord.namesOfAll(storage, layout));
    names.addAll(named(storage, layout));
    return names;
  }

  private static List<String> named(Storage storage, TableLayout layout) throws IOException {
    return Manifest.readFile(storage, layout.manifest())
        .map(manifest -> manifest.files().stream().map(Manifest.DataFile::name).toList())
        .orElse(List.of());
  }

  /**
   * Where a file tells whether the table can be written, without leaving a directory behind: in the
   * place if it is there, else in the nearest directory above it that is.
   */
  private static String nearest(Storage storage, TableLayout layout) throws IOException {
    String place = layout.path();
    if (!storage.hasDirectories()) {
      return place; // this user may have no rights above it
    }
    while (storage.find(place).isEmpty()) {
      int slash = place.lastIndexOf('/');
      if (slash <= 0 || place.charAt(slash - 1) == '/') {
        return layout.temporary();
      }
      place = place.substring(0, slash);
    }
    return place;
  }

  private static void probe(Storage storage, String path) throws IOException {
    try (StorageOutput out = storage.create(path)) {
      out.write(0);
    }
    storage.delete(path);
  }

  /** Of another process, which needs it no more: that it could be made is known. */
  private static void removeProbe(Storage storage, String path) {
    try {
      storage.delete(path);
    } catch (IOException e) {
      LOG.debug("{} stays", path, e); // another user's
    }
  }

  private static void probe(Storage storage, TableLayout layout) throws FileProblemException {
    try {
      // Always the same, so that one whose process was killed goes with the next.
      String probe = Storage.child(nearest(storage, layout), ".espalier-probe");
      try {
        probe(storage, probe);
      } catch (FileAlreadyExistsException e) {
        removeProbe(storage, probe);
        probe(storage, probe + "-" + UUID.randomUUID());
      }
    } catch (FileProblemException e) {
      throw e; // the storage says what is wrong
    } catch (IOException e) {
      throw new FileProblemException(
          layout.path() + ": cannot be written: " + IoReason.of(e),
          "Give this user the right to write there, make room, or choose another path",
          e);
    }
  }
}
