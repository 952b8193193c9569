package dev.espalier.jobs;

import dev.espalier.jobs.schedule.Request;
import dev.espalier.jobs.schedule.SchedulePlace;
import dev.espalier.jobs.schedule.TriggeredTimes;
import dev.espalier.jobs.schedule.file.Schedule;
import dev.espalier.jobs.schedule.file.ScheduledJob;
import dev.espalier.jobs.schedule.log.RunRecord;
import dev.espalier.jobs.schedule.log.ScheduleLog;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code espalier schedule trigger}. */
@Command(
    name = "trigger",
    description =
        "Asks the scheduler to run a job, now or at logical times of the past (a backfill), also if"
            + " the job is paused.",
    mixinStandardHelpOptions = true)
final class ScheduleTriggerCommand implements Callable<Integer> {
  private static final String PLACE = "espalier schedule trigger";
  private static final long POLL_MILLIS = 500;

  @Spec private CommandSpec spec;
  @Mixin private ScheduleOptions options;

  @Parameters(index = "1", paramLabel = "JOB", description = "The job's name in the schedule.")
  private String name;

  @Option(
      names = "--at",
      paramLabel = "TIME",
      description =
          "The logical time of the run, such as 2026-03-01T00:00Z; by default now. May be"
              + " repeated.")
  private List<String> at = new ArrayList<>();

  @Option(
      names = "--from",
      paramLabel = "TIME",
      description = "With --to: one run for each fire of the job's cron between them.")
  private String from;

  @Option(names = "--to", paramLabel = "TIME", description = "See --from.")
  private String to;

  @Option(
      names = "--wait",
      description = "Waits until the runs have ended; the exit code is the highest of theirs.")
  private boolean wait;

  @Override
  public Integer call() throws Exception {
    Schedule schedule = options.schedule();
    List<String> times = times(ScheduleOptions.job(schedule, name));
    Instant now = Instant.now();
    Request request =
        new Request(
            UUID.randomUUID().toString(), Request.Kind.TRIGGER, name, times, now.toEpochMilli());
    SchedulePlace place = options.place(schedule);
    place.requests().ask(request);
    PrintWriter out = spec.commandLine().getOut();
    out.println(
        "asked for "
            + Figures.count(times.size(), "run")
            + " of "
            + name
            + " at "
            + times.get(0)
            + (times.size() == 1 ? "" : " to " + times.get(times.size() - 1))
            + "; the scheduler begins within seconds, or when it is started");
    out.flush();
    return wait ? await(place, request, out) : Espalier.DONE;
  }

  private List<String> times(ScheduledJob job) throws ConfigurationException {
    List<String> times = new ArrayList<>();
    try {
      for (String time : at) {
        times.add(TriggeredTimes.at(job, time));
      }
      if ((from == null) != (to == null)) {
        throw new ConfigurationException(
            PLACE, "one of --from and --to is given without the other", "give both");
      }
      if (from != null && job.cron().isEmpty()) {
        throw new ConfigurationException(
            PLACE, "the job " + name + " has no cron", "give its times with --at");
      }
      if (from != null) {
        times.addAll(TriggeredTimes.between(job, from, to));
      }
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException(PLACE, e.getMessage(), "write date, time and zone");
    }
    if (times.size() > TriggeredTimes.MOST) {
      throw new ConfigurationException(
          PLACE,
          "more than " + TriggeredTimes.MOST + " runs are asked for",
          "ask for fewer at once");
    }
    if (times.isEmpty() && from != null) {
      throw new ConfigurationException(
          PLACE, "the cron of " + name + " has no fire from " + from + " to " + to, "widen them");
    }
    return times.isEmpty() ? List.of(TriggeredTimes.now(job, Instant.now())) : times;
  }

  private static int await(SchedulePlace place, Request request, PrintWriter out)
      throws IOException, InterruptedException {
    while (true) {
      List<RunRecord> runs =
          ScheduleLog.read(place.storage(), place.log()).runs().values().stream()
              .filter(run -> request.id().equals(run.request()))
              .toList();
      if (runs.size() == request.at().size() && runs.stream().noneMatch(RunRecord::isActive)) {
        runs.forEach(run -> out.println(RunLines.of(run)));
        out.flush();
        return runs.stream().mapToInt(RunRecord::exitCode).max().orElse(Espalier.DONE);
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }
}
