package dev.espalier.jobs;

import dev.espalier.io.storage.StorageOptions;
import dev.espalier.jobs.fields.JobVariables;
import dev.espalier.jobs.schedule.file.ScheduledJob;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A job of a schedule at a logical time, as its command is called.
 *
 * @param at as ISO 8601 with its zone
 * @param properties of the storage, as words of a command line
 */
record JobCall(ScheduledJob job, String at, StorageOptions storage, List<String> properties) {

  private List<String> settings() {
    return job.settings().entrySet().stream()
        .map(entry -> entry.getKey() + "=" + entry.getValue())
        .sorted()
        .toList();
  }

  /**
   * The job file as the command reads it.
   *
   * @param program in place of that of the job file
   */
  JobFile.Reading reading(Optional<Path> program) throws ConfigurationException {
    List<String> settings = new ArrayList<>(settings());
    program.ifPresent(file -> settings.add("program='" + file + "'"));
    JobFile.Reading reading =
        JobFile.reading(Path.of(job.file()), settings, JobVariables.at(JobVariables.timeOf(at)));
    return new JobFile.Reading(
        reading.job().map(read -> read.withStorage(storage)), reading.problems(), reading.places());
  }

  /**
   * The words of the command line.
   *
   * @param program in place of that of the job file
   */
  List<String> words(Optional<Path> program, boolean retryFailed) {
    List<String> words = new ArrayList<>(List.of(job.command(), job.file(), "--at", at));
    for (String setting : settings()) {
      words.addAll(List.of("--set", setting));
    }
    program.ifPresent(file -> words.addAll(List.of("--set", "program='" + file + "'")));
    words.addAll(properties);
    words.add("--wait");
    if (retryFailed) {
      words.add("--retry-failed");
    }
    return words;
  }
}
