package dev.espalier.engine.open;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.TimeUnit;

/**
 * What the file system tells of a file without its content: while it stays the same, the content
 * has.
 *
 * @param bytes its length
 * @param modifiedNanos when it was written, since 1970
 * @param changedNanos when anything of it was changed, which no user can set; 0 where the file
 *     system does not tell
 */
record FileState(long bytes, long modifiedNanos, long changedNanos) {
  static FileState of(Path file) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
    return new FileState(
        attributes.size(), attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS), changed(file));
  }

  private static long changed(Path file) throws IOException {
    if (!file.getFileSystem().supportedFileAttributeViews().contains("unix")) {
      return 0;
    }
    return ((FileTime) Files.getAttribute(file, "unix:ctime")).to(TimeUnit.NANOSECONDS);
  }

  long latestMillis() {
    return TimeUnit.NANOSECONDS.toMillis(Math.max(modifiedNanos, changedNanos));
  }

  @Override
  public String toString() {
    return bytes + " " + modifiedNanos + " " + changedNanos;
  }
}
