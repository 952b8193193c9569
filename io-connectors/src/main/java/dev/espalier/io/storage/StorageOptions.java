package dev.espalier.io.storage;

import java.io.IOException;
import java.io.Serializable;
import java.net.URI;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;

/**
 * Chooses the file system of a path: the local disk for a path without a scheme or with {@code
 * file:}, otherwise Hadoop's file system of that scheme, configured by the {@code core-site.xml}
 * and {@code hdfs-site.xml} of the class path and by these properties.
 *
 * @param hadoopProperties by name; they win over the site files
 */
public record StorageOptions(Map<String, String> hadoopProperties) implements Serializable {
  private static final Pattern SCHEME = Pattern.compile("([a-zA-Z][a-zA-Z0-9+.-]+):/.*");

  private static final StorageOptions DEFAULTS = new StorageOptions(Map.of());

  public StorageOptions {
    hadoopProperties = new TreeMap<>(hadoopProperties);
  }

  /** No properties beyond the site files. */
  public static StorageOptions defaults() {
    return DEFAULTS;
  }

  /**
   * @throws IOException if no file system is known for the scheme, or it cannot be reached
   */
  public Storage open(String path) throws IOException {
    var scheme = SCHEME.matcher(path);
    if (!scheme.matches() || scheme.group(1).equals("file")) {
      return new LocalStorage();
    }
    try {
      URI uri = new Path(path).toUri();
      var unused = OpenFileSystems.get(this, uri); // says what is wrong
      return new HadoopStorage(() -> OpenFileSystems.get(this, uri));
    } catch (RuntimeException | LinkageError | ServiceConfigurationError e) {
      throw unusable(scheme.group(1), e);
    }
  }

  /** Hadoop throws more than exceptions of input and output for what is wrong with a path. */
  private static IOException unusable(String scheme, Throwable failure) {
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (at instanceof IOException reason) {
        return reason; // an unknown host among them
      }
      if (at instanceof ClassNotFoundException || at instanceof LinkageError) {
        IOException noFileSystem = new UnsupportedFileSystemException(scheme);
        noFileSystem.initCause(failure);
        return noFileSystem;
      }
    }
    return new IOException(failure);
  }
}
