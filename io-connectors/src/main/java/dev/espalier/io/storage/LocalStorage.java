package dev.espalier.io.storage;

import java.io.FileDescriptor;
import java.io.FileNotFoundException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.parquet.io.InputFile;

/**
 * The local disk without Hadoop, whose classes take longer to start than a small job to run. Paths
 * are plain or {@code file:} URIs.
 */
final class LocalStorage implements Storage {
  private static final int CREATE_ATTEMPTS = 10;

  @Override
  public boolean hasDirectories() {
    return true;
  }

  @Override
  public Optional<StoredFile> find(String path) throws IOException {
    try {
      return Optional.of(describe(path, StorageOptions.localPath(path)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  @Override
  public List<StoredFile> list(String directory) throws IOException {
    List<StoredFile> found = new ArrayList<>();
    try (DirectoryStream<Path> entries =
        Files.newDirectoryStream(StorageOptions.localPath(directory))) {
      for (Path entry : entries) {
        String child = Storage.child(directory, entry.getFileName().toString());
        try {
          found.add(describe(child, entry));
        } catch (NoSuchFileException e) {
          // Deleted meanwhile, or a symbolic link to nothing.
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    found.sort(Comparator.comparing(StoredFile::name));
    return found;
  }

  @Override
  public InputFile input(String path) {
    return new LocalInput(StorageOptions.localPath(path));
  }

  @Override
  public StorageOutput create(String path) throws IOException {
    Path file = StorageOptions.localPath(path);
    for (int attempt = 1; ; attempt++) {
      createDirectories(file.toAbsolutePath().getParent());
      try {
        Files.createFile(file);
        return new LocalOutput(path, new FileOutputStream(file.toFile()));
      } catch (NoSuchFileException | FileNotFoundException e) {
        // Somebody deleted the directory between two of these calls.
        if (attempt == CREATE_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  /** By a hard link, which appears with its content or not at all (see link(2)). */
  @Override
  public boolean createIfAbsent(String path, byte[] content) throws IOException {
    Path file = StorageOptions.localPath(path);
    String aside = path + "." + UUID.randomUUID() + ".tmp";
    try {
      try (StorageOutput out = create(aside)) {
        out.write(content);
      }
    } catch (IOException e) {
      Files.deleteIfExists(StorageOptions.localPath(aside));
      throw e;
    }
    try {
      Files.createLink(file, StorageOptions.localPath(aside));
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    } catch (UnsupportedOperationException | FileSystemException e) {
      return createThenWrite(file, content); // a file system without hard links
    } finally {
      Files.deleteIfExists(StorageOptions.localPath(aside));
    }
  }

  private static boolean createThenWrite(Path file, byte[] content) throws IOException {
    try {
      Files.write(file, content, StandardOpenOption.CREATE_NEW, StandardOpenOption.SYNC);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  @Override
  public OptionalLong modifiedMillis(String path) throws IOException {
    try {
      return OptionalLong.of(Files.getLastModifiedTime(StorageOptions.localPath(path)).toMillis());
    } catch (NoSuchFileException e) {
      return OptionalLong.empty();
    }
  }

  private static void createDirectories(Path directory) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        Files.createDirectories(directory);
        return;
      } catch (NoSuchFileException | FileAlreadyExistsException e) {
        // There and gone between two calls, unless a file is in the way.
        if (attempt == CREATE_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  @Override
  public void replace(String from, String to) throws IOException {
    Path target = StorageOptions.localPath(to);
    if (Files.isDirectory(target)) {
      throw new FileAlreadyExistsException(to, null, "is a directory");
    }
    Files.move(
        StorageOptions.localPath(from),
        target,
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
    syncDirectory(target.toAbsolutePath().getParent());
  }

  /** By a hard link. */
  @Override
  public void copy(String from, String to) throws IOException {
    Path target = StorageOptions.localPath(to);
    createDirectories(target.toAbsolutePath().getParent());
    try {
      Files.createLink(target, StorageOptions.localPath(from));
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (UnsupportedOperationException | FileSystemException e) {
      Storage.super.copy(from, to); // a file system without hard links, or with no more for it
    }
  }

  @Override
  public void delete(String path) throws IOException {
    Path root = StorageOptions.localPath(path);
    List<Path> deepestFirst;
    try (Stream<Path> tree = Files.walk(root)) {
      deepestFirst = tree.sorted(Comparator.reverseOrder()).toList();
    } catch (NoSuchFileException e) {
      return;
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    for (Path file : deepestFirst) {
      Files.deleteIfExists(file);
    }
  }

  private static StoredFile describe(String path, Path file) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
    boolean directory = attributes.isDirectory();
    Path name = file.getFileName();
    return new StoredFile(
        path,
        name == null ? "" : name.toString(),
        directory,
        directory ? 0 : attributes.size(),
        directory ? "" : Long.toString(attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS)));
  }

  /** Makes a rename in {@code directory} survive a power failure (see fsync(2)). */
  private static void syncDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /**
   * Writes straight to the operating system. A stream and not a channel: a channel closes when its
   * thread is interrupted, and runners interrupt tasks that they cancel. Its failures name no file
   * (a disk that is full), so these do.
   */
  private static final class LocalOutput extends StorageOutput {
    private final String path;
    private final OutputStream out;
    private final FileDescriptor descriptor;
    private boolean closed;

    LocalOutput(String path, FileOutputStream out) throws IOException {
      this.path = path;
      this.out = out;
      this.descriptor = out.getFD();
    }

    @Override
    public void write(int b) throws IOException {
      try {
        out.write(b);
      } catch (IOException e) {
        throw named(e);
      }
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      try {
        out.write(bytes, offset, length);
      } catch (IOException e) {
        throw named(e);
      }
    }

    @Override
    public void flush() {
      // Nothing is held back.
    }

    @Override
    public void sync() throws IOException {
      try {
        descriptor.sync();
      } catch (IOException e) {
        throw named(e);
      }
    }

    @Override
    public boolean outlivesProcess() {
      return true;
    }

    @Override
    public void close() throws IOException {
      if (closed) {
        return;
      }
      closed = true;
      try (OutputStream closing = out) {
        closing.flush();
        sync();
      }
    }

    private IOException named(IOException failure) {
      FileSystemException named = new FileSystemException(path, null, failure.getMessage());
      named.initCause(failure);
      return named;
    }
  }
}
