package dev.espalier.io.storage;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.BulkDelete;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An object store behind Hadoop's interface: a file appears whole when it is closed, in place of
 * the one that was there, so nothing need be renamed for that. A directory is there as long as
 * something is in it: the empty objects by which Hadoop keeps directories are none, and those that
 * it makes here are removed.
 */
class ObjectStorage extends HadoopStorage {
  private static final Logger LOG = LoggerFactory.getLogger(ObjectStorage.class);

  ObjectStorage(Source source) {
    super(source);
  }

  @Override
  public boolean hasDirectories() {
    return false;
  }

  @Override
  public Optional<StoredFile> find(String path) throws IOException {
    Optional<StoredFile> found = super.find(path);
    return found.isPresent() && found.get().directory() && list(path).isEmpty()
        ? Optional.empty()
        : found;
  }

  @Override
  public void write(String path, byte[] content) throws IOException {
    try (FSDataOutputStream out = fileSystem().create(new Path(path), true)) {
      out.write(content);
    } catch (IOException e) {
      throw StorageFault.of(path, e);
    }
  }

  @Override
  public void delete(String path) throws IOException {
    Path place = new Path(path);
    Path parent = place.getParent();
    Optional<StoredFile> found = super.find(path);
    if (found.isEmpty()) {
      return;
    }
    if (!found.get().directory()) {
      deleteFile(path, place);
      return;
    }
    super.delete(path);
    if (parent == null || parent.isRoot()) {
      return;
    }
    try {
      var unused = fileSystem().delete(parent, false); // what is not empty stays
    } catch (IOException e) {
      LOG.trace("{} stays", parent, e);
    }
  }

  /** Without an empty object in the place of a directory that is empty now. */
  private void deleteFile(String path, Path file) throws IOException {
    try (BulkDelete delete = fileSystem().createBulkDelete(file.getParent())) {
      for (Map.Entry<Path, String> failed : delete.bulkDelete(List.of(file))) {
        throw new IOException(failed.getValue());
      }
    } catch (IOException e) {
      throw StorageFault.of(path, e);
    }
  }
}
