package dev.espalier.jobs.schedule;

import dev.espalier.io.storage.Storage;
import dev.espalier.io.storage.StorageOutput;
import dev.espalier.io.storage.StoredFile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.apache.parquet.io.DelegatingSeekableInputStream;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.SeekableInputStream;

/** Files in memory, whole as soon as they are there. */
final class MemoryStorage implements Storage {
  private final TreeMap<String, byte[]> files = new TreeMap<>();
  private long writes;

  @Override
  public boolean hasDirectories() {
    return false;
  }

  @Override
  public synchronized Optional<StoredFile> find(String path) {
    byte[] content = files.get(path);
    String name = path.substring(path.lastIndexOf('/') + 1);
    if (content != null) {
      return Optional.of(new StoredFile(path, name, false, content.length, ""));
    }
    boolean holds =
        files.tailMap(path + "/").keySet().stream().anyMatch(p -> p.startsWith(path + "/"));
    return holds ? Optional.of(new StoredFile(path, name, true, 0, "")) : Optional.empty();
  }

  @Override
  public synchronized List<StoredFile> list(String directory) {
    List<StoredFile> found = new ArrayList<>();
    files
        .tailMap(directory + "/")
        .forEach(
            (path, content) -> {
              String prefix = directory + "/";
              if (path.startsWith(prefix) && path.indexOf('/', prefix.length()) < 0) {
                found.add(
                    new StoredFile(
                        path, path.substring(prefix.length()), false, content.length, ""));
              }
            });
    return found;
  }

  @Override
  public synchronized InputFile input(String path) throws IOException {
    byte[] content = files.get(path);
    if (content == null) {
      throw new NoSuchFileException(path);
    }
    return new InputFile() {
      @Override
      public long getLength() {
        return content.length;
      }

      @Override
      public SeekableInputStream newStream() {
        Content in = new Content(content);
        return new DelegatingSeekableInputStream(in) {
          @Override
          public long getPos() {
            return in.position();
          }

          @Override
          public void seek(long position) {
            in.seek(Math.toIntExact(position));
          }
        };
      }
    };
  }

  @Override
  public StorageOutput create(String path) throws IOException {
    if (!createIfAbsent(path, new byte[0])) {
      throw new FileAlreadyExistsException(path);
    }
    return new StorageOutput() {
      private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

      @Override
      public void write(int b) {
        bytes.write(b);
      }

      @Override
      public void flush() {
        MemoryStorage.this.write(path, bytes.toByteArray());
      }

      @Override
      public void sync() {
        flush();
      }

      @Override
      public boolean outlivesProcess() {
        return true;
      }

      @Override
      public void close() {
        flush();
      }
    };
  }

  @Override
  public synchronized boolean createIfAbsent(String path, byte[] content) {
    writes++;
    return files.putIfAbsent(path, content) == null;
  }

  @Override
  public synchronized OptionalLong modifiedMillis(String path) {
    return files.containsKey(path) ? OptionalLong.of(writes) : OptionalLong.empty();
  }

  @Override
  public synchronized void write(String path, byte[] content) {
    writes++;
    files.put(path, content);
  }

  @Override
  public synchronized void replace(String from, String to) {
    files.put(to, files.remove(from));
  }

  @Override
  public synchronized void delete(String path) {
    files.keySet().removeIf(name -> name.equals(path) || name.startsWith(path + "/"));
  }

  private static final class Content extends ByteArrayInputStream {
    Content(byte[] bytes) {
      super(bytes);
    }

    int position() {
      return pos;
    }

    void seek(int position) {
      pos = position;
    }
  }
}
