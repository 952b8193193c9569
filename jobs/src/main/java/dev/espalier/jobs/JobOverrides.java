package dev.espalier.jobs;

import dev.espalier.io.storage.StorageOptions;
import dev.espalier.jobs.fields.JobVariables;
import dev.espalier.row.Problem;
import java.nio.file.Path;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

  @Mixin private LogicalTime at = new LogicalTime();
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
    all.addAll(onRunner());
    List<Problem> problems = new ArrayList<>();
    SweepOptions options = SweepOptions.of(file, all, storage.options(), at.variables(problems));
    return options.with(problems);
  }

  private List<String> onRunner() {
    List<String> words = new ArrayList<>();
    if (runner != null) {
      words.add("runner.name=" + runner);
    }
    if (flinkMaster != null) {
      words.add("runner.master=" + flinkMaster);
    }
    return words;
  }

  /** The job, and all that is wrong with the job file and the command line. */
  JobFile.Reading read() throws ConfigurationException {
    List<Problem> problems = new ArrayList<>();
    JobFile.Reading reading = JobFileReader.reading(file, all(), at.variables(problems));
    problems.addAll(reading.problems());
    StorageOptions options = storage.options();
    return new JobFile.Reading(
        reading.job().map(job -> job.withStorage(options)), problems, reading.places());
  }

  /** Where the table of another logical time is; empty where the job file does not tell. */
  Optional<String> outputAt(ZonedDateTime time) throws ConfigurationException {
    return JobFileReader.reading(file, all(), JobVariables.at(time))
        .job()
        .map(job -> job.output().path());
  }

  private List<String> all() {
    List<String> all = new ArrayList<>(settings);
    all.addAll(onRunner());
    if (runner == null
        && flinkMaster == null
        && FlinkLibraries.arePresent()
        && FlinkCluster.isChosen()) {
      all.addAll(chosen());
    }
    return all;
  }

  /** The logical time of the run: now, unless it was given. */
  ZonedDateTime time() throws ConfigurationException {
    List<Problem> problems = new ArrayList<>();
    ZonedDateTime time = at.variables(problems).time();
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
    return time;
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
    return line.append(at.words()).append(storage.words()).toString();
  }

  static String quoted(String word) {
    return word.matches("[\\w@%+=:,./-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
