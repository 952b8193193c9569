package dev.espalier.jobs;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/** Files of this machine under a scheme of their own, as if they were on another. */
public final class FarFileSystem extends RawLocalFileSystem {
  static final List<String> OPENED = new CopyOnWriteArrayList<>();

  /** The name of a file that cannot be opened. */
  static volatile String broken = "";

  @Override
  public URI getUri() {
    return URI.create("far:///");
  }

  @Override
  public String getScheme() {
    return "far";
  }

  @Override
  public FSDataInputStream open(Path file, int bufferSize) throws IOException {
    if (file.getName().equals(broken)) {
      throw new IOException("the line went down");
    }
    OPENED.add(file.toUri().getPath());
    return super.open(file, bufferSize);
  }
}
