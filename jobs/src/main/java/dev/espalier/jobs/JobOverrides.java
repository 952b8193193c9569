package dev.espalier.jobs;

import dev.espalier.io.storage.StorageOptions;
import dev.espalier.jobs.fields.JobVariables;
import dev.espalier.row.Problem;
import java.nio.file.Path;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Mixin;
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

  @Option(names = "--runner", paramLabel = "NAME", description = "auto, direct or flink.")
  private String runner;

  @Option(
      names = "--flink-master",
      paramLabel = "HOST:PORT",
      description =
          "A Flink cluster, or auto for the one that flink run has chosen; without it, --runner"
              + " flink runs inside this process.")
  private String flinkMaster;

  @Option(
      names = "--at",
      paramLabel = "TIME",
      description =
          "The logical time of the run, such as 2026-03-01T00:00Z, which paths of the job file may"
              + " name: {{ date }}. By default now, in UTC.")
  private String at;

  @Mixin private StorageSettings storage = new StorageSettings();

  /** The file. */
  Path file() {
    return file;
  }

  /**
   * The sweep of the file, which is one.
   *
   * @param first settings that count less than those of the command line
   */
  SweepOptions sweep(List<String> first) throws ConfigurationException {
    List<String> all = new ArrayList<>(first);
    all.addAll(settings);
    return SweepOptions.of(file, all, storage.options());
  }

  /** The job, and all that is wrong with the job file and the command line. */
  JobFile.Reading read() throws ConfigurationException {
    List<String> all = new ArrayList<>(settings);
    if (runner != null) {
      all.add("runner.name=" + runner);
    }
    if (flinkMaster != null) {
      all.add("runner.master=" + flinkMaster);
    }
    if (runner == null
        && flinkMaster == null
        && FlinkLibraries.arePresent()
        && FlinkCluster.isChosen()) {
      all.addAll(chosen());
    }
    StorageOptions options = storage.options();
    List<Problem> problems = new ArrayList<>();
    JobFile.Reading reading = JobFile.reading(file, all, variables(problems));
    problems.addAll(reading.problems());
    return new JobFile.Reading(
        reading.job().map(job -> job.withStorage(options)), problems, reading.places());
  }

  /** The logical time of the run: now, unless it was given. */
  ZonedDateTime time() throws ConfigurationException {
    List<Problem> problems = new ArrayList<>();
    ZonedDateTime time = variables(problems).time();
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
    return time;
  }

  private JobVariables variables(List<Problem> problems) {
    if (at == null) {
      return JobVariables.now();
    }
    try {
      return JobVariables.at(JobVariables.timeOf(at));
    } catch (IllegalArgumentException e) {
      problems.add(new Problem("--at", e.getMessage(), "write date, time and zone"));
      return JobVariables.now();
    }
  }

  /** Whether the command line itself says where the table goes. */
  boolean nameOutput() {
    return settings.stream().anyMatch(setting -> setting.matches("\\s*output(\\.path)?\\s*=.*"));
  }

  /** What Flink's client has decided, unless the command line says otherwise. */
  private List<String> chosen() {
    List<String> chosen = new ArrayList<>();
    if (isUnset("runner.name") && isUnset("runner.master")) {
      chosen.addAll(List.of("runner.name=flink", "runner.master=" + FlinkCluster.AUTO));
    }
    if (isUnset("runner.workers")) {
      FlinkCluster.chosenParallelism()
          .ifPresent(parallelism -> chosen.add("runner.workers=" + parallelism));
    }
    return chosen;
  }

  private boolean isUnset(String field) {
    return settings.stream().noneMatch(setting -> setting.startsWith(field + "="));
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
    if (at != null) {
      line.append(" --at ").append(quoted(at));
    }
    return line.append(storage.words()).toString();
  }

  static String quoted(String word) {
    return word.matches("[\\w@%+=:,./-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
