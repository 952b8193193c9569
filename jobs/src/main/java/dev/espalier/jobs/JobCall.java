package dev.espalier.jobs;

import dev.espalier.eval.sweep.SweepFolder;
import dev.espalier.io.storage.StorageOptions;
import dev.espalier.jobs.eval.SweepFile;
import dev.espalier.jobs.fields.JobVariables;
import dev.espalier.jobs.schedule.file.ScheduledJob;
import java.io.IOException;
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
   * @param more fields that are set otherwise than in the job file
   */
  JobFile.Reading reading(List<String> more) throws ConfigurationException {
    List<String> settings = new ArrayList<>(settings());
    settings.addAll(more);
    JobFile.Reading reading =
        JobFileReader.reading(
            Path.of(job.file()), settings, JobVariables.at(JobVariables.timeOf(at)));
    return new JobFile.Reading(
        reading.job().map(read -> read.withStorage(storage)), reading.problems(), reading.places());
  }

  /** The sweep's file as the command reads it, and what it finds wrong with it. */
  SweepOptions sweep() throws ConfigurationException {
    return SweepOptions.of(
        Path.of(job.file()), settings(), storage, JobVariables.at(JobVariables.timeOf(at)));
  }

  /**
   * The words of the command line that compares a sweep with its results before; none if it has no
   * conditions, or there are no results before.
   */
  List<String> comparison() throws IOException, ConfigurationException {
    Optional<SweepFile> sweep = sweep().reading().sweep();
    if (job.failIf().isEmpty() || sweep.isEmpty()) {
      return List.of();
    }
    String output = JobFileReader.path(Path.of(job.file()), sweep.get().output());
    if (SweepFolder.at(output, storage).labels().size() < 2) {
      return List.of();
    }
    List<String> words = new ArrayList<>(List.of("compare", output, "--baseline", "previous"));
    for (String condition : job.failIf()) {
      words.addAll(List.of("--fail-if", condition));
    }
    words.addAll(properties);
    return words;
  }

  /**
   * The words of the command line.
   *
   * @param more fields that are set otherwise than in the job file
   */
  List<String> words(List<String> more) {
    List<String> words = new ArrayList<>(List.of(job.command(), job.file(), "--at", at));
    for (String setting : settings()) {
      words.addAll(List.of("--set", setting));
    }
    more.forEach(setting -> words.addAll(List.of("--set", setting)));
    words.addAll(properties);
    words.add("--wait");
    return words;
  }
}
