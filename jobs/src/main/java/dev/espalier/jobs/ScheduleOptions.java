package dev.espalier.jobs;

import dev.espalier.io.storage.StorageOptions;
import dev.espalier.jobs.schedule.SchedulePlace;
import dev.espalier.jobs.schedule.file.Schedule;
import dev.espalier.jobs.schedule.file.ScheduleFile;
import dev.espalier.jobs.schedule.file.ScheduledJob;
import dev.espalier.yaml.NearestName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The schedule of a command that speaks with its scheduler, or reads what it remembers. */
final class ScheduleOptions {
  @Parameters(index = "0", paramLabel = "SCHEDULE.yaml", description = "The schedule file.")
  private Path file;

  @Mixin private StorageSettings storage = new StorageSettings();

  /** What may be done with a job, by default the first. */
  static List<String> commands() {
    return Stream.of("refresh", "run")
        .filter(Espalier.commandLine().getSubcommands()::containsKey)
        .toList();
  }

  /** The schedule, also if a part of it is wrong: the scheduler goes on with the last good one. */
  Schedule schedule() throws ConfigurationException {
    String text;
    try {
      text = Files.readString(file);
    } catch (IOException e) {
      throw new ConfigurationException(
          file.toString(), "there is no such schedule file", "name an existing file");
    }
    ScheduleFile.Reading reading = ScheduleFile.read(file, text, commands());
    return reading.schedule().orElseThrow(() -> new ConfigurationException(reading.problems()));
  }

  static ScheduledJob job(Schedule schedule, String name) throws ConfigurationException {
    Optional<ScheduledJob> job = schedule.job(name);
    if (job.isEmpty()) {
      List<String> names = schedule.jobs().stream().map(ScheduledJob::name).toList();
      throw new ConfigurationException(
          "espalier schedule",
          "there is no job `" + name + "` in " + schedule.name(),
          "there are " + String.join(", ", names) + NearestName.hint("; ", name, names));
    }
    return job.get();
  }

  SchedulePlace place(Schedule schedule) throws ConfigurationException, IOException {
    StorageOptions options = storage.options();
    options.contact(schedule.state());
    return new SchedulePlace(options.open(schedule.state()), schedule.state());
  }
}
