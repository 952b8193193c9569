package dev.espalier.io.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.apache.hadoop.fs.EtagSource;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FilterFileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.StreamCapabilities;
import org.apache.parquet.io.InputFile;

/** A Hadoop file system. Paths carry its scheme. */
class HadoopStorage implements Storage {
  private final Source source;

  /** The open file system: another one if it was closed meanwhile, see {@link StorageUse}. */
  interface Source {
    FileSystem fileSystem() throws IOException;
  }

  HadoopStorage(Source source) {
    this.source = source;
  }

  final FileSystem fileSystem() throws IOException {
    return source.fileSystem();
  }

  @Override
  public boolean hasDirectories() {
    return true;
  }

  @Override
  public Optional<StoredFile> find(String path) throws IOException {
    try {
      return Optional.of(describe(path, fileSystem().getFileStatus(new Path(path))));
    } catch (FileNotFoundException e) {
      StorageFault.throwIfMissingContainer(path, e);
      return Optional.empty();
    } catch (IOException e) {
      throw StorageFault.of(path, e);
    }
  }

  @Override
  public List<StoredFile> list(String directory) throws IOException {
    List<StoredFile> found = new ArrayList<>();
    try {
      for (FileStatus status : fileSystem().listStatus(new Path(directory))) {
        found.add(describe(Storage.child(directory, status.getPath().getName()), status));
      }
    } catch (IOException e) {
      throw StorageFault.of(directory, e);
    }
    found.sort(Comparator.comparing(StoredFile::name));
    return found;
  }

  @Override
  public InputFile input(String path) throws IOException {
    try {
      return new HadoopInput(path, fileSystem(), fileSystem().getFileStatus(new Path(path)));
    } catch (IOException e) {
      throw StorageFault.of(path, e);
    }
  }

  @Override
  public StorageOutput create(String path) throws IOException {
    try {
      return new HadoopOutput(path, fileSystem().create(new Path(path), false));
    } catch (IOException e) {
      // HDFS has another exception for a file that somebody is just creating.
      throw isThere(path) ? existing(path, e) : StorageFault.of(path, e);
    }
  }

  /** Whether there is a file for certain. */
  final boolean isThere(String path) {
    try {
      return fileSystem().exists(new Path(path));
    } catch (IOException e) {
      return false; // what failed before tells why
    }
  }

  static FileAlreadyExistsException existing(String path, IOException cause) {
    FileAlreadyExistsException exists = new FileAlreadyExistsException(path);
    exists.initCause(cause);
    return exists;
  }

  /**
   * On HDFS a file is there before its content is: whoever is killed in between would leave an
   * empty one. It is written aside, and gets its name in one step.
   */
  @Override
  public boolean createIfAbsent(String path, byte[] content) throws IOException {
    if (!"hdfs".equals(fileSystem().getUri().getScheme())) {
      return createThenWrite(path, content);
    }
    String aside = path + "." + UUID.randomUUID() + ".tmp";
    try {
      if (!createThenWrite(aside, content)) {
        throw new FileAlreadyExistsException(aside);
      }
      new RenameAtOnce(fileSystem()).toNew(new Path(aside), new Path(path));
      return true;
    } catch (org.apache.hadoop.fs.FileAlreadyExistsException e) {
      delete(aside);
      return false;
    } catch (IOException e) {
      if (isThere(path)) {
        return false; // who was first has cleared up what was written aside
      }
      try {
        delete(aside);
      } catch (IOException again) {
        e.addSuppressed(again);
      }
      throw StorageFault.of(path, e);
    }
  }

  private boolean createThenWrite(String path, byte[] content) throws IOException {
    try (StorageOutput out = create(path)) {
      out.write(content);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  @Override
  public OptionalLong modifiedMillis(String path) throws IOException {
    try {
      return OptionalLong.of(fileSystem().getFileStatus(new Path(path)).getModificationTime());
    } catch (FileNotFoundException e) {
      return OptionalLong.empty();
    } catch (IOException e) {
      throw StorageFault.of(path, e);
    }
  }

  @Override
  public void replace(String from, String to) throws IOException {
    Path target = new Path(to);
    try {
      if (fileSystem().exists(target) && fileSystem().getFileStatus(target).isDirectory()) {
        throw new FileAlreadyExistsException(to, null, "is a directory");
      }
      new RenameAtOnce(fileSystem()).rename(new Path(from), target);
    } catch (FileNotFoundException e) {
      NoSuchFileException missing = new NoSuchFileException(from);
      missing.initCause(e);
      throw missing;
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (IOException e) {
      throw StorageFault.of(to, e);
    }
  }

  /**
   * Hadoop's renames that take one step on HDFS; the interface of file systems has them for its
   * heirs alone.
   */
  private static final class RenameAtOnce extends FilterFileSystem {
    RenameAtOnce(FileSystem fileSystem) {
      super(fileSystem);
    }

    /**
     * @throws org.apache.hadoop.fs.FileAlreadyExistsException if there is a file already
     */
    void toNew(Path from, Path to) throws IOException {
      rename(from, to, Options.Rename.NONE);
    }

    /** Replaces a file. */
    @Override
    public boolean rename(Path from, Path to) throws IOException {
      rename(from, to, Options.Rename.OVERWRITE);
      return true;
    }

    @Override
    public void close() {
      // What it wraps is shared.
    }
  }

  @Override
  public void delete(String path) throws IOException {
    try {
      fileSystem().delete(new Path(path), true);
    } catch (IOException e) {
      throw StorageFault.of(path, e);
    }
  }

  private static StoredFile describe(String path, FileStatus status) {
    boolean directory = status.isDirectory();
    return new StoredFile(
        path,
        status.getPath().getName(),
        directory,
        directory ? 0 : status.getLen(),
        directory ? "" : version(status));
  }

  private static String version(FileStatus status) {
    String tag = status instanceof EtagSource tagged ? tagged.getEtag() : null;
    long modified = status.getModificationTime();
    return tag != null && !tag.isEmpty() ? tag : modified <= 0 ? "" : Long.toString(modified);
  }

  /** What is written to an open file. */
  static class HadoopOutput extends StorageOutput {
    private final String path;
    private final FSDataOutputStream out;

    HadoopOutput(String path, FSDataOutputStream out) {
      this.path = path;
      this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
      out.write(b);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
    }

    @Override
    public void flush() throws IOException {
      if (outlivesProcess()) {
        out.hflush();
      } else {
        out.flush();
      }
    }

    @Override
    public void sync() throws IOException {
      if (outlivesProcess()) {
        out.hsync();
      } else {
        out.flush();
      }
    }

    @Override
    public boolean outlivesProcess() {
      return out.hasCapability(StreamCapabilities.HSYNC); // which implies hflush
    }

    @Override
    public void close() throws IOException {
      try {
        out.close();
      } catch (IOException e) {
        throw StorageFault.of(path, e);
      }
    }
  }
}
