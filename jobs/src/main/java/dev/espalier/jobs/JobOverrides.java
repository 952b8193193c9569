package dev.espalier.jobs;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The job file of a command, and what the command line says otherwise. */
final class JobOverrides {
  @Parameters(paramLabel = "JOB.yaml", description = "The job file.")
  private Path file;

  @Option(
      names = "--set",
      paramLabel = "a.b=value",
      description = "Sets a field of the job file; may be repeated.")
  private List<String> settings = new ArrayList<>();

  @Option(names = "--runner", paramLabel = "NAME", description = "direct or flink.")
  private String runner;

  @Option(
      names = "--flink-master",
      paramLabel = "HOST:PORT",
      description = "A Flink cluster; without it, --runner flink runs inside this process.")
  private String flinkMaster;

  /** The job, and all that is wrong with the job file and the command line. */
  JobFile.Reading read() throws ConfigurationException {
    List<String> all = new ArrayList<>(settings);
    if (runner != null) {
      all.add("runner.name=" + runner);
    }
    if (flinkMaster != null) {
      all.add("runner.master=" + flinkMaster);
    }
    return JobFile.reading(file, all);
  }

  /** Whether the command line itself says where the table goes. */
  boolean nameOutput() {
    return settings.stream().anyMatch(setting -> setting.matches("\\s*output(\\.path)?\\s*=.*"));
  }

  /** The command line with these words again, for a shell. */
  String command(String name) {
    StringBuilder line = new StringBuilder("espalier " + name + " " + quoted(file.toString()));
    settings.forEach(setting -> line.append(" --set ").append(quoted(setting)));
    if (runner != null) {
      line.append(" --runner ").append(quoted(runner));
    }
    if (flinkMaster != null) {
      line.append(" --flink-master ").append(quoted(flinkMaster));
    }
    return line.toString();
  }

  static String quoted(String word) {
    return word.matches("[\\w@%+=:,./-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
