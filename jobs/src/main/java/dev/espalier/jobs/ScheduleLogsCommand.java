package dev.espalier.jobs;

import dev.espalier.io.storage.StoredFile;
import dev.espalier.jobs.schedule.SchedulePlace;
import dev.espalier.jobs.schedule.file.Schedule;
import dev.espalier.jobs.schedule.log.RunRecord;
import dev.espalier.jobs.schedule.log.ScheduleLog;
import dev.espalier.jobs.schedule.log.ScheduleState;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code espalier schedule logs}. */
@Command(
    name = "logs",
    description = "Prints what a run printed, of all its attempts.",
    mixinStandardHelpOptions = true)
final class ScheduleLogsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ScheduleOptions options;

  @Parameters(
      index = "1",
      paramLabel = "RUN|JOB",
      description = "A run, as `runs` lists it, or a job, whose last run is shown.")
  private String subject;

  @Override
  public Integer call() throws Exception {
    Schedule schedule = options.schedule();
    SchedulePlace place = options.place(schedule);
    String run = run(schedule, ScheduleLog.read(place.storage(), place.log()));
    PrintWriter out = spec.commandLine().getOut();
    List<StoredFile> files = place.outputs(run);
    if (files.isEmpty()) {
      out.println(run + " has printed nothing yet");
    }
    for (StoredFile file : files) {
      if (files.size() > 1) {
        out.println("--- " + file.name());
      }
      try (Reader in =
          new InputStreamReader(
              place.storage().input(file.path()).newStream(), StandardCharsets.UTF_8)) {
        in.transferTo(out);
      }
    }
    out.flush();
    return Espalier.DONE;
  }

  private String run(Schedule schedule, ScheduleState state) throws ConfigurationException {
    if (state.runs().containsKey(subject)) {
      return subject;
    }
    if (subject.contains(".")) {
      throw new ConfigurationException(
          "espalier schedule logs",
          "there is no run `" + subject + "`",
          "see espalier schedule runs; old ones are forgotten");
    }
    var unused = ScheduleOptions.job(schedule, subject);
    List<RunRecord> runs = state.runsOf(subject);
    if (runs.isEmpty()) {
      throw new ConfigurationException(
          "espalier schedule logs", subject + " has not run yet", "wait for its next fire");
    }
    return runs.get(runs.size() - 1).id();
  }
}
