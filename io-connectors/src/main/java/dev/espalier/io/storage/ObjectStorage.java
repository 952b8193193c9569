package dev.espalier.io.storage;

import java.io.IOException;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;

/**
 * An object store behind Hadoop's interface: a file appears whole when it is closed, in place of
 * the one that was there, so nothing need be renamed for that.
 */
class ObjectStorage extends HadoopStorage {
  ObjectStorage(Source source) {
    super(source);
  }

  @Override
  public boolean hasDirectories() {
    return false;
  }

  @Override
  public void write(String path, byte[] content) throws IOException {
    try (FSDataOutputStream out = fileSystem().create(new Path(path), true)) {
      out.write(content);
    } catch (IOException e) {
      throw StorageFault.of(path, e);
    }
  }
}
