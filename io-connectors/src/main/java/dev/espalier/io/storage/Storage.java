package dev.espalier.io.storage;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
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

  /** Renames a file, replacing the one at {@code to} if there is one, and makes that durable. */
  void replace(String from, String to) throws IOException;

  /** Deletes a file, or a directory with all it holds. Nothing happens if there is none. */
  void delete(String path) throws IOException;
}
