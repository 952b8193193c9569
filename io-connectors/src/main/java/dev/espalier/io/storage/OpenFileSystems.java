package dev.espalier.io.storage;

import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.security.SecurityUtil;
import org.apache.hadoop.security.UserGroupInformation;
import org.apache.hadoop.security.UserGroupInformation.AuthenticationMethod;
import org.apache.hadoop.util.ReflectionUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Hadoop file systems of this JVM that were opened here: one for each server and configuration.
 * They are not in Hadoop's own cache, whose file systems others may use, and whose hook at the
 * JVM's end would run code that was unloaded. Thread-safe.
 */
final class OpenFileSystems {
  private static final Logger LOG = LoggerFactory.getLogger(OpenFileSystems.class);

  /** Parsing Hadoop's default files takes longer than opening a file. */
  private static final Map<StorageOptions, Configuration> CONFIGURATIONS = new HashMap<>();

  private static final Map<Server, FileSystem> OPEN = new HashMap<>();

  private record Server(StorageOptions options, String scheme, String authority) {}

  private OpenFileSystems() {}

  /**
   * The file system of {@code uri}, opened if it is not.
   *
   * @throws IOException if no file system is known for the scheme, or it cannot be reached
   */
  static synchronized FileSystem get(StorageOptions options, URI uri) throws IOException {
    Server server = new Server(options, uri.getScheme(), uri.getAuthority());
    FileSystem open = OPEN.get(server);
    if (open == null) {
      open = open(uri, kept(options));
      OPEN.put(server, open);
    }
    return open;
  }

  /** Another than those that are kept, which soon gives up; for the caller to close. */
  static FileSystem openImpatiently(StorageOptions options, URI uri) throws IOException {
    Configuration configuration = new Configuration(kept(options));
    ConnectorDefaults.impatient(configuration).forEach(configuration::set);
    return open(uri, configuration);
  }

  private static synchronized Configuration kept(StorageOptions options) {
    return CONFIGURATIONS.computeIfAbsent(options, OpenFileSystems::configuration);
  }

  private static FileSystem open(URI uri, Configuration configuration) throws IOException {
    Class<? extends FileSystem> type =
        FileSystem.getFileSystemClass(uri.getScheme(), configuration);
    FileSystem fileSystem = ReflectionUtils.newInstance(type, configuration);
    try {
      fileSystem.initialize(uri, configuration);
      return fileSystem;
    } catch (IOException | RuntimeException e) {
      try {
        fileSystem.close();
      } catch (IOException | RuntimeException closing) {
        e.addSuppressed(closing);
      }
      throw e;
    }
  }

  private static Configuration configuration(StorageOptions options) {
    Configuration configuration = new Configuration();
    options.hadoopProperties().forEach(configuration::set);
    ConnectorDefaults.complete(configuration);
    if (SecurityUtil.getAuthenticationMethod(configuration) != AuthenticationMethod.SIMPLE) {
      // Logins go by a configuration of their own, which is that of the class path alone.
      UserGroupInformation.setConfiguration(configuration);
    }
    return configuration;
  }

  static synchronized void closeAll() {
    for (Map.Entry<Server, FileSystem> open : OPEN.entrySet()) {
      try {
        open.getValue().close();
      } catch (IOException e) {
        LOG.debug("{} was not closed", open.getKey(), e);
      }
    }
    OPEN.clear();
  }
}
