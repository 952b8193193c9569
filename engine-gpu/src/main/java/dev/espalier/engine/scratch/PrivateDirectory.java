package dev.espalier.engine.scratch;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.UserPrincipal;

/**
 * A new directory that only this user can enter (mode 700), under a name that nobody can know
 * before. It is deleted when it is closed or when the virtual machine exits; that of a process that
 * was killed is deleted by the next one that makes such a directory, which sees by a lock that
 * nobody holds it any more. Thread-safe.
 */
public final class PrivateDirectory implements AutoCloseable {
  private static final String PREFIX = "espalier-private-";
  private static final String OWN = PREFIX + ProcessHandle.current().pid() + "-";
  private static final String LOCK = ".lock";
  private static final String CONTENT = "content";

  private final Path path;
  private final Path content;
  private final FileChannel channel;
  private final Thread hook = new Thread(this::deleteQuietly, "espalier-delete-private");

  private PrivateDirectory(Path path, Path content, FileChannel channel) {
    this.path = path;
    this.content = content;
    this.channel = channel;
  }

  /**
   * Makes a directory, and deletes those that killed processes of this user left behind.
   *
   * @throws IOException if the directory for temporary files cannot be written
   */
  public static PrivateDirectory create() throws IOException {
    // Files makes temporary directories with mode 700
    Path path = Files.createTempDirectory(OWN);
    FileChannel channel =
        FileChannel.open(
            path.resolve(LOCK), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    channel.lock(); // released when the process ends, however it ends
    Path content = Files.createTempDirectory(path, CONTENT);
    PrivateDirectory directory = new PrivateDirectory(path, content, channel);
    Runtime.getRuntime().addShutdownHook(directory.hook);
    deleteAbandoned(path);
    return directory;
  }

  /**
   * The directory to use. The lock lies outside of it: whoever reads all files of this one does not
   * open the lock's, and so cannot give it up by closing it.
   */
  public Path path() {
    return content;
  }

  /** Deletes what processes of the owner of {@code own} left beside it when they were killed. */
  private static void deleteAbandoned(Path own) {
    try (DirectoryStream<Path> found = Files.newDirectoryStream(own.getParent(), PREFIX + "*")) {
      UserPrincipal user = Files.getOwner(own);
      for (Path directory : found) {
        if (isAbandoned(directory, user)) {
          delete(directory);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      // Nothing depends on it; the next process tries again.
    }
  }

  /**
   * Directories of this process are not looked into: to close a file that is opened twice gives its
   * lock up. A directory without a lock file is being made.
   */
  private static boolean isAbandoned(Path directory, UserPrincipal user) {
    if (String.valueOf(directory.getFileName()).startsWith(OWN)
        || !Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    try {
      if (!Files.getOwner(directory, LinkOption.NOFOLLOW_LINKS).equals(user)) {
        return false;
      }
      try (FileChannel channel =
              FileChannel.open(
                  directory.resolve(LOCK), StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
          FileLock lock = channel.tryLock()) {
        return lock != null;
      }
    } catch (IOException e) {
      return false;
    }
  }

  private static void delete(Path directory) throws IOException {
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, IOException failure)
              throws IOException {
            Files.deleteIfExists(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private void deleteQuietly() {
    try {
      delete(path);
      channel.close();
    } catch (IOException e) {
      // What remains is deleted by the next process.
    }
  }

  /** Deletes the directory and all that is in it; a library that is loaded from it stays loaded. */
  @Override
  public void close() {
    deleteQuietly();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The virtual machine is exiting.
    }
  }
}
