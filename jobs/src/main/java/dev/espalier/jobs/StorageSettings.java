package dev.espalier.jobs;

import dev.espalier.io.FileProblemException;
import dev.espalier.io.storage.StorageOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/**
 * Settings of Hadoop's file systems: what HADOOP_CONF_DIR holds, and what the command line says.
 */
final class StorageSettings {
  private static final String VARIABLE = "HADOOP_CONF_DIR";

  /** Names whose values are in no line that is printed. */
  private static final Pattern SECRET =
      Pattern.compile(".*(secret|password|token|credential|key|sas).*");

  @Option(
      names = "-D",
      paramLabel = "NAME=VALUE",
      mapFallbackValue = "",
      description =
          "Sets a property of Hadoop's file systems, such as fs.s3a.endpoint; wins over the files"
              + " in HADOOP_CONF_DIR. May be repeated.")
  private Map<String, String> properties = new LinkedHashMap<>();

  /** All of them together. */
  StorageOptions options() throws ConfigurationException {
    String directory = System.getenv(VARIABLE);
    if (directory == null || directory.isBlank()) {
      return new StorageOptions(properties);
    }
    if (!Files.isDirectory(Path.of(directory))) {
      throw new ConfigurationException(
          VARIABLE,
          directory + " is no directory",
          "name one that holds core-site.xml, or unset it");
    }
    try {
      return StorageOptions.ofSiteFiles(Path.of(directory), properties);
    } catch (FileProblemException e) {
      throw new ConfigurationException(VARIABLE, e.problem(), e.remedy());
    } catch (IOException e) {
      throw new ConfigurationException(
          VARIABLE, directory + " cannot be read", "check the directory and its files");
    }
  }

  /** The words again, for another command of this process. */
  List<String> arguments() {
    List<String> arguments = new ArrayList<>();
    properties.forEach((name, value) -> arguments.addAll(List.of("-D", name + "=" + value)));
    return arguments;
  }

  /** The words again, for a shell; in the place of a secret stands {@code …}. */
  String words() {
    StringBuilder words = new StringBuilder();
    properties.forEach(
        (name, value) ->
            words
                .append(" -D ")
                .append(
                    JobOverrides.quoted(
                        name
                            + "="
                            + (SECRET.matcher(name.toLowerCase(Locale.ROOT)).matches()
                                ? "…"
                                : value))));
    return words.toString();
  }
}
