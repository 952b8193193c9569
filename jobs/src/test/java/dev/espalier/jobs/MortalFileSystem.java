package dev.espalier.jobs;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * Files of this machine as {@code mortal://LIFE/path}. After some changes of a life nothing works
 * in it any more: to the files it is as if the process had been killed.
 */
public final class MortalFileSystem extends RawLocalFileSystem {
  private static final Map<String, AtomicInteger> LIVES = new ConcurrentHashMap<>();

  private URI uri;
  private AtomicInteger left; // changes; negative once it has ended

  /** A life that ends instead of the change that comes after this many. */
  static String of(int changes) {
    String life = "short-" + LIVES.size();
    LIVES.put(life, new AtomicInteger(changes));
    return life;
  }

  static boolean hasEnded(String life) {
    return LIVES.get(life).get() < 0;
  }

  @Override
  public void initialize(URI at, Configuration configuration) throws IOException {
    uri = URI.create(at.getScheme() + "://" + at.getAuthority());
    left = LIVES.computeIfAbsent(at.getAuthority(), life -> new AtomicInteger(Integer.MAX_VALUE));
    super.initialize(at, configuration);
  }

  @Override
  public URI getUri() {
    return uri == null ? URI.create("mortal:///") : uri; // while it is being made
  }

  @Override
  public String getScheme() {
    return "mortal";
  }

  private void live() throws IOException {
    if (left.get() < 0) {
      throw new IOException("killed");
    }
  }

  /** Those of a lock, which come by a timer, are not counted. */
  private void change(Path path) throws IOException {
    live();
    if (!path.toString().contains("/_espalier/lock")) {
      left.decrementAndGet();
      live();
    }
  }

  @Override
  public FSDataInputStream open(Path file, int bufferSize) throws IOException {
    live();
    return super.open(file, bufferSize);
  }

  @Override
  public FileStatus getFileStatus(Path path) throws IOException {
    live();
    return super.getFileStatus(path);
  }

  @Override
  public FileStatus[] listStatus(Path path) throws IOException {
    live();
    return super.listStatus(path);
  }

  @Override
  public FSDataOutputStream create(
      Path file,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    return create(file, null, overwrite, bufferSize, replication, blockSize, progress);
  }

  @Override
  public FSDataOutputStream create(
      Path file,
      FsPermission permission,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    change(file);
    OutputStream out =
        super.create(file, permission, overwrite, bufferSize, replication, blockSize, progress);
    return new FSDataOutputStream(new Written(file, out), null);
  }

  @Override
  @SuppressWarnings("deprecation") // what replaces a file
  public void rename(Path from, Path to, Options.Rename... options) throws IOException {
    change(to);
    Files.move(
        pathToFile(from).toPath(),
        pathToFile(to).toPath(),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public boolean delete(Path path, boolean recursive) throws IOException {
    change(path);
    return super.delete(path, recursive);
  }

  /** What was not flushed at the end of a life is lost. */
  private final class Written extends OutputStream {
    private final Path file;
    private final OutputStream out;

    Written(Path file, OutputStream out) {
      this.file = file;
      this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
      live();
      out.write(b);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      live();
      out.write(bytes, offset, length);
    }

    @Override
    public void flush() throws IOException {
      live();
      out.flush();
    }

    @Override
    public void close() throws IOException {
      change(file);
      out.close();
    }
  }
}
