package dev.espalier.io.storage;

import java.io.IOException;
import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Chooses the file system of a path: the local disk for a path without a scheme or with {@code
 * file:}, otherwise Hadoop's file system of that scheme, configured by the {@code core-site.xml}
 * and {@code hdfs-site.xml} of the class path and by these properties.
 *
 * @param hadoopProperties by name; they win over the site files
 */
public record StorageOptions(Map<String, String> hadoopProperties) implements Serializable {
  private static final Pattern SCHEME = Pattern.compile("([a-zA-Z][a-zA-Z0-9+.-]+):/.*");

  /** Parsing Hadoop's default files takes longer than opening a file. */
  private static final Map<StorageOptions, Configuration> CONFIGURATIONS =
      new ConcurrentHashMap<>();

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
    Configuration configuration =
        CONFIGURATIONS.computeIfAbsent(this, StorageOptions::configuration);
    return new HadoopStorage(FileSystem.get(new Path(path).toUri(), configuration));
  }

  private Configuration configuration() {
    Configuration configuration = new Configuration();
    hadoopProperties.forEach(configuration::set);
    return configuration;
  }
}
