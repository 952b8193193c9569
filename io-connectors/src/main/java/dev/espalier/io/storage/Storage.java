package dev.espalier.io.storage;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.apache.parquet.io.InputFile;

/**
 * A file system. Paths are strings with {@code /} between their elements. Thread-safe.
 *
 * <p>Renaming is atomic wherever the file system renames atomically (local disks, HDFS); on object
 * stores it is a copy, and a reader may meet either file or none while it lasts.
 */
public interface Storage {

  /** The path of {@code name} in {@code directory}. */
  static String child(String directory, String name) {
    return directory.endsWith("/") ? directory + name : directory + "/" + name;
  }

  /**
   * Whether directories are there by themselves. On object stores they are a part of the names of
   * what is in them.
   */
  boolean hasDirectories();

  /** What is at {@code path}, empty if nothing is. */
  Optional<StoredFile> find(String path) throws IOException;

  /** What is directly in {@code directory}, by name. */
  List<StoredFile> list(String directory) throws IOException;

  /** A file for random reading; it may be opened several times. */
  InputFile input(String path) throws IOException;

  /**
   * Creates a file and the directories above it.
   *
   * @throws java.nio.file.FileAlreadyExistsException if there is one already
   */
  StorageOutput create(String path) throws IOException;

  /**
   * Creates a file of these bytes and the directories above it, unless there is a file already.
   * However many processes try at once, one of them gets true. A file that is met while another
   * process creates it may still be empty, on file systems that create first and write then (HDFS).
   *
   * @param content another for each caller, unless it is empty: where an answer was lost it tells
   *     whose file it is
   * @return whether this call made the file
   * @throws dev.espalier.io.FileProblemException if the storage cannot do this, and is known not to
   */
  boolean createIfAbsent(String path, byte[] content) throws IOException;

  /**
   * When a file was last written, in milliseconds by the clock of the file system; empty if there
   * is none. Two such times can be compared whatever the clocks of the machines say.
   */
  OptionalLong modifiedMillis(String path) throws IOException;

  /** Writes a whole file in place of the one that is there, if any: a reader meets one of them. */
  default void write(String path, byte[] content) throws IOException {
    String aside = path + "." + UUID.randomUUID() + ".tmp";
    try {
      try (StorageOutput out = create(aside)) {
        out.write(content);
      }
      replace(aside, path);
    } catch (IOException e) {
      discard(aside, e);
      throw e;
    }
  }

  /** Leaves nothing behind: who tries again and again would fill a disk that is full. */
  private void discard(String aside, IOException failure) {
    try {
      delete(aside);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  /** Renames a file, replacing the one at {@code to} if there is one, and makes that durable. */
  void replace(String from, String to) throws IOException;

  /**
   * Makes {@code to} a file of what {@code from} holds, without moving its bytes where the file
   * system can do that. Both are files that are never changed.
   *
   * @param to there is no file yet; one that is being copied cannot be told from one that is there
   */
  default void copy(String from, String to) throws IOException {
    try (InputStream in = input(from).newStream();
        StorageOutput out = create(to)) {
      in.transferTo(out);
    }
  }

  /** Deletes a file, or a directory with all it holds. Nothing happens if there is none. */
  void delete(String path) throws IOException;
}
