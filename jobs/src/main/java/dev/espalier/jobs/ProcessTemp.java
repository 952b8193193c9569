package dev.espalier.jobs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A directory for all temporary files of this process: those of libraries too, since the JVM is
 * told that it is the temporary directory. A lock of the operating system, which no process
 * outlives, tells whose directories are still in use; those of the dead are removed.
 *
 * <pre>
 *   espalier-process-NAME        the files
 *   espalier-process-NAME.lock   locked as long as the process lives
 * </pre>
 */
final class ProcessTemp {
  private static final String PROPERTY = "java.io.tmpdir";
  private static final String PREFIX = "espalier-process-";
  private static final String LOCK = ".lock";
  private static final int ATTEMPTS = 10;

  private ProcessTemp() {}

  /**
   * Removes what dead processes left and makes this one's directory. Without one, if the temporary
   * directory cannot be written, everything stays as it is: who needs a file will say so.
   */
  static void use() {
    try {
      Path named = Path.of(System.getProperty(PROPERTY)).toAbsolutePath();
      if (named.getFileName() != null && named.getFileName().toString().startsWith(PREFIX)) {
        sweep(named.getParent());
        take(named);
        return;
      }
      sweep(named);
      System.setProperty(PROPERTY, make(named).toString());
    } catch (IOException e) {
      // As said above.
    }
  }

  /** Removes the directories of processes that have ended. */
  static void sweep(Path parent) throws IOException {
    try (DirectoryStream<Path> found = Files.newDirectoryStream(parent, PREFIX + "*" + LOCK)) {
      for (Path lock : found) {
        try {
          removeIfDead(lock);
        } catch (IOException | UncheckedIOException e) {
          // Another user's, or being removed by another process.
        }
      }
    }
  }

  private static void removeIfDead(Path lock) throws IOException {
    try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE);
        FileLock held = channel.tryLock()) {
      if (held != null) {
        String name = lock.getFileName().toString();
        String directory = name.substring(0, name.length() - LOCK.length());
        delete(lock.resolveSibling(directory));
        Files.deleteIfExists(lock);
      }
    } catch (OverlappingFileLockException e) {
      // This process's own.
    }
  }

  private static Path make(Path parent) throws IOException {
    for (int attempt = 1; ; attempt++) {
      Path directory = parent.resolve(PREFIX + UUID.randomUUID());
      if (take(directory)) {
        return directory;
      }
      if (attempt == ATTEMPTS) {
        throw new IOException(parent + ": no directory of its own could be made there");
      }
    }
  }

  /** Makes a directory this process's own, until it ends; false if it is another's. */
  private static boolean take(Path directory) throws IOException {
    Path lock = directory.resolveSibling(directory.getFileName() + LOCK);
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      FileChannel channel =
          FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (channel.tryLock() == null) {
        channel.close();
        return false;
      }
      // Another process may have taken the file for a dead one's before it was locked.
      if (Files.exists(lock)) {
        if (!Files.isDirectory(directory)) {
          makePrivate(directory);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(directory, lock)));
        return true; // the channel stays open, and locked, as long as the process lives
      }
      channel.close();
    }
    return false;
  }

  private static void makePrivate(Path directory) throws IOException {
    if (directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.createDirectory(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } else {
      Files.createDirectory(directory);
    }
  }

  private static void end(Path directory, Path lock) {
    try {
      delete(directory);
      Files.deleteIfExists(lock);
    } catch (IOException | UncheckedIOException e) {
      // Somebody still writes there; the next process removes it.
    }
  }

  private static void delete(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    List<Path> deepestFirst;
    try (Stream<Path> tree = Files.walk(directory)) {
      deepestFirst = tree.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : deepestFirst) {
      Files.deleteIfExists(file);
    }
  }
}
