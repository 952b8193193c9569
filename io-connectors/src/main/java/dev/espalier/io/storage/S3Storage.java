package dev.espalier.io.storage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.util.Arrays;
import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * S3, where a file is created by a conditional PUT ({@code If-None-Match: *}): the store itself
 * lets one of many do it. Not all stores with S3's interface know that condition, and some pass it
 * over in silence, so each is put to the test before it is relied on.
 */
final class S3Storage extends ObjectStorage {
  private static final Logger LOG = LoggerFactory.getLogger(S3Storage.class);

  /** What Hadoop calls it; one that is switched off (fs.s3a.create.conditional.enabled) has not. */
  private static final String IF_ABSENT = "fs.option.create.conditional.overwrite";

  private static final int CONFLICTS = 20;

  /** Those that were put to the test, as long as they are open. */
  private static final Set<FileSystem> TESTED =
      Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

  S3Storage(Source source) {
    super(source);
  }

  @Override
  public StorageOutput create(String path) throws IOException {
    Path file = new Path(path);
    if (!isConditional(file)) {
      return super.create(path);
    }
    try {
      if (fileSystem().exists(file)) {
        throw new FileAlreadyExistsException(path);
      }
      return new ConditionalOutput(path, open(file));
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (IOException e) {
      throw StorageFault.of(path, e);
    }
  }

  private boolean isConditional(Path file) throws IOException {
    return fileSystem().hasPathCapability(file, IF_ABSENT);
  }

  private FSDataOutputStream open(Path file) throws IOException {
    var builder = fileSystem().createFile(file).create().recursive();
    builder.must(IF_ABSENT, true);
    return builder.build();
  }

  @Override
  public boolean createIfAbsent(String path, byte[] content) throws IOException {
    Path file = new Path(path);
    if (!isConditional(file)) {
      return super.createIfAbsent(path, content);
    }
    for (int conflicts = 0; ; conflicts++) {
      try {
        put(path, file, content);
        requireCondition(path, file, content);
        return true;
      } catch (FileAlreadyExistsException e) {
        // Also the answer to a second try of a PUT whose first answer was lost.
        return content.length > 0 && Arrays.equals(content, read(path));
      } catch (IOException e) {
        if (conflicts == CONFLICTS || !StorageFault.isConflict(e)) {
          throw e;
        } // another is just creating it, and may fail
      }
    }
  }

  @Override
  public void copy(String from, String to) throws IOException {
    try {
      if (ServerSideCopy.copy(fileSystem(), new Path(from), new Path(to))) {
        return;
      }
    } catch (RuntimeException | LinkageError e) {
      LOG.debug("{} was not copied by the store", from, e); // its bytes come here and go back
    } catch (IOException e) {
      throw StorageFault.of(from, e);
    }
    super.copy(from, to);
  }

  private void put(String path, Path file, byte[] content) throws IOException {
    try (StorageOutput out = new ConditionalOutput(path, open(file))) {
      out.write(content);
    }
  }

  /** Puts the same bytes once more, which has to be refused; if it is not, no harm was done. */
  private void requireCondition(String path, Path file, byte[] content) throws IOException {
    FileSystem fileSystem = fileSystem();
    if (!TESTED.add(fileSystem)) {
      return;
    }
    try {
      put(path, file, content);
    } catch (FileAlreadyExistsException e) {
      return;
    }
    TESTED.remove(fileSystem);
    throw StorageFault.unconditional(path);
  }

  private byte[] read(String path) throws IOException {
    try (InputStream in = input(path).newStream()) {
      return in.readAllBytes();
    } catch (IOException e) {
      if (isThere(path)) {
        throw e;
      }
      return new byte[0]; // removed meanwhile
    }
  }

  private static final class ConditionalOutput extends HadoopOutput {
    private final String path;

    ConditionalOutput(String path, FSDataOutputStream out) {
      super(path, out);
      this.path = path;
    }

    /** On object stores it is the end of a file that fails. */
    @Override
    public void close() throws IOException {
      try {
        super.close();
      } catch (IOException e) {
        throw StorageFault.isPrecondition(e) ? existing(path, e) : e;
      }
    }
  }
}
