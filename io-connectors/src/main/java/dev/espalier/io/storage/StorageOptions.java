package dev.espalier.io.storage;

import java.io.IOException;
import java.io.Serializable;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;

/**
 * Chooses the file system of a path: the local disk for a path without a scheme or with {@code
 * file:}, otherwise Hadoop's file system of that scheme, configured by the {@code core-site.xml}
 * and {@code hdfs-site.xml} of the class path and by these properties. What none of them sets is as
 * {@link ConnectorDefaults} says.
 *
 * @param hadoopProperties by name; they win over the site files
 */
public record StorageOptions(Map<String, String> hadoopProperties) implements Serializable {
  private static final Pattern SCHEME = Pattern.compile("([a-zA-Z][a-zA-Z0-9+.-]+):/.*");

  /** With the host that may stand there; a slash follows. */
  private static final Pattern FILE_SCHEME = Pattern.compile("^file:(//[^/]*)?(?=/)");

  private static final StorageOptions DEFAULTS = new StorageOptions(Map.of());

  public StorageOptions {
    hadoopProperties = new TreeMap<>(hadoopProperties);
  }

  /** The names alone: values may be secrets. */
  @Override
  public String toString() {
    return "StorageOptions" + hadoopProperties.keySet();
  }

  /** No properties beyond the site files. */
  public static StorageOptions defaults() {
    return DEFAULTS;
  }

  /**
   * The properties of the site files in a directory, and others that win over these. They travel
   * with what is serialised, so a worker need not have the files.
   *
   * @throws dev.espalier.io.FileProblemException if one of them cannot be read
   */
  public static StorageOptions ofSiteFiles(java.nio.file.Path directory, Map<String, String> others)
      throws IOException {
    Map<String, String> properties = SiteFiles.read(directory);
    properties.putAll(others);
    return new StorageOptions(properties);
  }

  /** Whether a path is one of the local disk. */
  public static boolean isLocal(String path) {
    var scheme = SCHEME.matcher(path);
    return !scheme.matches() || scheme.group(1).equals("file");
  }

  /**
   * Where a path of the local disk lies. A URI is decoded; what begins with {@code file:} and is
   * none, or has a query or a fragment, is taken as it stands: files have names like {@code a #1}.
   *
   * @throws java.nio.file.InvalidPathException if it holds what no path may hold
   */
  public static java.nio.file.Path localPath(String path) {
    String plain = FILE_SCHEME.matcher(path).replaceFirst("");
    if (plain.equals(path)) {
      return java.nio.file.Path.of(path);
    }
    try {
      URI uri = new URI(path);
      boolean isPath = uri.getRawQuery() == null && uri.getRawFragment() == null;
      return java.nio.file.Path.of(isPath ? uri.getPath() : plain);
    } catch (URISyntaxException e) {
      return java.nio.file.Path.of(plain);
    }
  }

  /**
   * Makes sure that the storage of a path answers and lets this user in. Where it does not, that is
   * known within seconds: what works with it afterwards is more patient. Asks a storage once in the
   * life of a process, and never the local disk.
   *
   * @throws dev.espalier.io.FileProblemException if not
   */
  public void contact(String path) throws IOException {
    if (!isLocal(path)) {
      FirstContact.of(this, path);
    }
  }

  /**
   * @throws IOException if no file system is known for the scheme, or it cannot be reached
   */
  public Storage open(String path) throws IOException {
    if (isLocal(path)) {
      return new LocalStorage();
    }
    try {
      URI uri = new Path(path).toUri();
      var unused = OpenFileSystems.get(this, uri); // says what is wrong
      HadoopStorage.Source source = () -> OpenFileSystems.get(this, uri);
      return switch (scheme(path)) {
        case "s3a" -> new S3Storage(source);
        case "gs" -> new ObjectStorage(source);
        default -> new HadoopStorage(source);
      };
    } catch (IOException | RuntimeException | LinkageError | ServiceConfigurationError e) {
      throw StorageFault.of(path, unusable(path, e));
    }
  }

  private static String scheme(String path) {
    return path.substring(0, path.indexOf(':'));
  }

  /** Hadoop throws more than exceptions of input and output for what is wrong with a path. */
  static IOException unusable(String path, Throwable failure) {
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (at instanceof IOException reason) {
        return reason; // an unknown host among them
      }
      if (at instanceof ClassNotFoundException || at instanceof LinkageError) {
        IOException noFileSystem = new UnsupportedFileSystemException(scheme(path));
        noFileSystem.initCause(failure);
        return noFileSystem;
      }
    }
    return new IOException(failure);
  }
}
