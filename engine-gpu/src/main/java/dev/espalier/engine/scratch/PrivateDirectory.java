package dev.espalier.engine.scratch;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A directory that only this user may enter and only this process uses: nothing in it can have been
 * put there by somebody else. It is deleted when the process ends; that of a process that was
 * killed is deleted by the next one that looks for such, which sees by a lock of the operating
 * system that nobody holds it any more. Thread-safe.
 *
 * <pre>
 *   NAME        the files
 *   NAME.lock   locked as long as the process lives
 * </pre>
 *
 * The lock lies beside the directory, so that whoever reads all files of it does not open the
 * lock's: to close a file that a process has open twice gives its lock up.
 */
public final class PrivateDirectory implements AutoCloseable {
  private static final String PREFIX = "espalier-private-";
  private static final String LOCK = ".lock";
  private static final int ATTEMPTS = 10;

  /**
   * Locks that this process holds, which must not be opened again. The set is kept where all class
   * loaders of the process meet: a worker of a cluster loads this class anew for each job.
   */
  private static final Set<Path> HELD = heldByThisProcess();

  @SuppressWarnings("unchecked") // nobody else knows the name
  private static Set<Path> heldByThisProcess() {
    return (Set<Path>)
        System.getProperties()
            .computeIfAbsent(
                PrivateDirectory.class.getName() + ".held", name -> ConcurrentHashMap.newKeySet());
  }

  private final Path path;
  private final FileChannel channel;
  private final AtomicBoolean ended = new AtomicBoolean();
  private final Thread hook = new Thread(this::deleteQuietly, "espalier-delete-private");

  private PrivateDirectory(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /**
   * Makes a directory in the one for temporary files, and deletes those that killed processes of
   * this user left there.
   *
   * @throws IOException if the directory for temporary files cannot be written
   */
  public static PrivateDirectory create() throws IOException {
    // Files makes temporary directories with mode 700.
    Path path = Files.createTempDirectory(PREFIX).toAbsolutePath();
    PrivateDirectory directory =
        take(path).orElseThrow(() -> new IOException(path + ": another process has locked it"));
    deleteAbandoned(path.getParent(), PREFIX);
    return directory;
  }

  /**
   * Makes {@code path} a private directory; one that is there must be this user's own.
   *
   * @return empty if another process holds it
   */
  public static Optional<PrivateDirectory> take(Path path) throws IOException {
    Path lock = lockOf(path);
    if (!HELD.add(lock)) {
      return Optional.empty();
    }
    Optional<PrivateDirectory> taken = Optional.empty();
    try {
      FileChannel channel = locked(lock);
      if (channel != null) {
        if (!Files.isDirectory(path)) {
          makePrivate(path);
        }
        taken = Optional.of(new PrivateDirectory(path, channel));
      }
    } finally {
      if (taken.isEmpty()) {
        HELD.remove(lock);
      }
    }
    return taken;
  }

  /** The lock's file, open and locked until it is closed; null if another process holds it. */
  private static FileChannel locked(Path lock) throws IOException {
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      FileChannel channel =
          FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      boolean held = channel.tryLock() != null;
      // Another process may have deleted the file, for a dead one's, before it was locked.
      if (held && Files.exists(lock)) {
        return channel;
      }
      channel.close();
      if (!held) {
        return null;
      }
    }
    return null;
  }

  public Path path() {
    return path;
  }

  /**
   * Deletes the directories of killed processes. Nothing depends on it: what cannot be deleted now
   * is left to the next process.
   *
   * @param prefix that their names begin with
   */
  public static void deleteAbandoned(Path parent, String prefix) {
    try (DirectoryStream<Path> locks =
        Files.newDirectoryStream(parent.toAbsolutePath(), prefix + "*" + LOCK)) {
      UserPrincipal user = thisUser(parent);
      for (Path lock : locks) {
        deleteIfAbandoned(lock, user);
      }
    } catch (IOException | DirectoryIteratorException e) {
      // As said above.
    }
  }

  private static UserPrincipal thisUser(Path parent) throws IOException {
    Path own = Files.createTempFile(parent, "espalier-", null);
    try {
      return Files.getOwner(own);
    } finally {
      Files.delete(own);
    }
  }

  private static void deleteIfAbandoned(Path lock, UserPrincipal user) {
    if (!HELD.add(lock)) {
      return;
    }
    try (FileChannel channel =
            FileChannel.open(lock, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        FileLock held = channel.tryLock()) {
      String name = lock.getFileName().toString();
      Path directory = lock.resolveSibling(name.substring(0, name.length() - LOCK.length()));
      if (held != null && isOf(user, lock) && isOf(user, directory)) {
        delete(directory);
        Files.deleteIfExists(lock);
      }
    } catch (IOException e) {
      // Another user's, or being removed by another process.
    } finally {
      HELD.remove(lock);
    }
  }

  /** Whether a file is the user's own, or not there. */
  private static boolean isOf(UserPrincipal user, Path file) throws IOException {
    return !Files.exists(file, LinkOption.NOFOLLOW_LINKS)
        || Files.getOwner(file, LinkOption.NOFOLLOW_LINKS).equals(user);
  }

  private static Path lockOf(Path directory) {
    return directory.resolveSibling(directory.getFileName() + LOCK).toAbsolutePath();
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

  private static void delete(Path directory) throws IOException {
    if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
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
          public FileVisitResult visitFileFailed(Path file, IOException failure)
              throws IOException {
            if (failure instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE; // somebody else deleted it
            }
            throw failure;
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
      Files.deleteIfExists(lockOf(path));
      channel.close();
    } catch (IOException e) {
      // Somebody still writes there; what remains is deleted by the next process.
    }
    HELD.remove(lockOf(path));
  }

  /** Deletes the directory and all that is in it; a library that is loaded from it stays loaded. */
  @Override
  public void close() {
    if (ended.compareAndSet(false, true)) {
      deleteQuietly();
      forgetHook();
    }
  }

  /** Ends as that of a killed process does: who takes it next finds what is in it. */
  public void leave() {
    if (!ended.compareAndSet(false, true)) {
      return;
    }
    try {
      channel.close();
    } catch (IOException e) {
      // The lock goes with the process.
    }
    HELD.remove(lockOf(path));
    forgetHook();
  }

  private void forgetHook() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The virtual machine is exiting.
    }
  }
}
