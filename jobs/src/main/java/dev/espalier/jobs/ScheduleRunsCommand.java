package dev.espalier.jobs;

import dev.espalier.jobs.schedule.SchedulePlace;
import dev.espalier.jobs.schedule.file.Schedule;
import dev.espalier.jobs.schedule.log.RunRecord;
import dev.espalier.jobs.schedule.log.ScheduleLog;
import dev.espalier.jobs.schedule.log.ScheduleState;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code espalier schedule runs}. */
@Command(
    name = "runs",
    description = "Lists the runs that the scheduler remembers, the latest last.",
    mixinStandardHelpOptions = true)
final class ScheduleRunsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ScheduleOptions options;

  @Parameters(index = "1", arity = "0..1", paramLabel = "JOB", description = "Of this job alone.")
  private String name;

  @Option(
      names = "--last",
      paramLabel = "N",
      defaultValue = "50",
      description = "So many runs; ${DEFAULT-VALUE} unless given.")
  private int last;

  @Override
  public Integer call() throws Exception {
    Schedule schedule = options.schedule();
    if (name != null) {
      var unused = ScheduleOptions.job(schedule, name);
    }
    SchedulePlace place = options.place(schedule);
    ScheduleState state = ScheduleLog.read(place.storage(), place.log());
    List<RunRecord> runs = new ArrayList<>(state.runs().values());
    runs.removeIf(run -> name != null && !run.job().equals(name));
    runs.sort(Comparator.comparingLong(RunRecord::fired).thenComparing(RunRecord::id));
    PrintWriter out = spec.commandLine().getOut();
    runs.subList(Math.max(0, runs.size() - Math.max(0, last)), runs.size())
        .forEach(run -> out.println(RunLines.of(run)));
    if (runs.isEmpty()) {
      out.println("no run yet");
    }
    state.jobs().values().stream()
        .filter(job -> job.paused() && (name == null || job.name().equals(name)))
        .forEach(job -> out.println(job.name() + " is paused"));
    out.flush();
    return Espalier.DONE;
  }
}
