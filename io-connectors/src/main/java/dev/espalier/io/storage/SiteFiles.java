package dev.espalier.io.storage;

import dev.espalier.io.FileProblemException;
import dev.espalier.io.IoReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;

/** Reads Hadoop's site files from a directory. */
final class SiteFiles {
  private static final List<String> NAMES = List.of("core-site.xml", "hdfs-site.xml");

  private SiteFiles() {}

  /** The properties as they are written: variables in them are not filled in. */
  static Map<String, String> read(Path directory) throws FileProblemException {
    Map<String, String> properties = new TreeMap<>();
    for (String name : NAMES) {
      Path file = directory.resolve(name);
      if (!Files.exists(file)) {
        continue;
      }
      Configuration configuration = new Configuration(false);
      try {
        configuration.addResource(file.toUri().toURL());
        configuration.forEach(entry -> properties.put(entry.getKey(), entry.getValue()));
      } catch (IOException | RuntimeException e) {
        throw new FileProblemException(
            file + ": cannot be read: " + IoReason.ofInnermost(e),
            "Mend the file, or name another directory in HADOOP_CONF_DIR",
            e);
      }
    }
    return properties;
  }
}
