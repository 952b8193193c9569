package dev.espalier.jobs;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code espalier schedule}. */
@Command(
    name = "schedule",
    description =
        "Runs many jobs: by cron, when files arrive, and after each other; until it is stopped.",
    mixinStandardHelpOptions = true,
    subcommands = {
      ScheduleTriggerCommand.class,
      SchedulePauseCommand.class,
      ScheduleResumeCommand.class,
      ScheduleRunsCommand.class,
      ScheduleLogsCommand.class
    })
final class ScheduleCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private StorageSettings storage = new StorageSettings();

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "SCHEDULE.yaml",
      description = "The schedule file.")
  private Path file;

  @Option(
      names = "--wait",
      description =
          "Stands by while another scheduler follows the schedule, and takes over when it ends;"
              + " without it, that is refused.")
  private boolean wait;

  @Override
  public Integer call() throws Exception {
    if (file == null) {
      throw new ConfigurationException(
          "espalier schedule",
          "SCHEDULE.yaml is missing",
          "name a schedule file, or one of trigger, pause, resume, runs, logs");
    }
    ScheduleService service =
        new ScheduleService(
            file,
            storage.options(),
            storage.arguments(),
            spec.commandLine().getOut(),
            spec.commandLine().getErr());
    return service.follow(wait);
  }
}
