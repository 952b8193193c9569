package dev.espalier.jobs;

import dev.espalier.jobs.schedule.Moment;
import dev.espalier.jobs.schedule.log.RunRecord;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Says on the terminal what a scheduler does. Not thread-safe. */
final class ScheduleNarrator {
  private final PrintWriter out;
  private Map<String, RunRecord> before; // null before the first moment
  private Map<String, String> notices = Map.of();

  ScheduleNarrator(PrintWriter out) {
    this.out = out;
  }

  /** Says what is otherwise than the last time. */
  void at(Moment moment) {
    String time = Instant.ofEpochSecond(moment.now().getEpochSecond()).toString();
    List<RunRecord> runs = new ArrayList<>(moment.state().runs().values());
    runs.sort(Comparator.comparing(RunRecord::isActive)); // what ended lets others begin
    for (RunRecord run : runs) {
      if (before == null ? run.phase() == RunRecord.Phase.RUNNING : isOther(run)) {
        say(time, run, moment.now());
      }
    }
    before = new HashMap<>(moment.state().runs());
    Map<String, String> now = new TreeMap<>(moment.notices());
    now.forEach(
        (job, notice) -> {
          if (!notice.equals(notices.get(job))) {
            out.println(time + " notice" + (job.isEmpty() ? "" : " of " + job) + ": " + notice);
          }
        });
    notices = now;
    out.flush();
  }

  private boolean isOther(RunRecord run) {
    RunRecord old = before.get(run.id());
    return old == null || old.phase() != run.phase() || old.attempt() != run.attempt();
  }

  private void say(String time, RunRecord run, Instant now) {
    String what =
        switch (run.phase()) {
          case RUNNING -> "begins" + (run.attempt() > 1 ? ", attempt " + run.attempt() : "");
          case WAITING -> waits(run, now);
          case ENDED ->
              run.succeeded()
                  ? "done in " + Figures.duration((run.ended() - run.started()) / 1e3)
                  : "failed with code " + run.exitCode() + reason(run);
        };
    out.println(time + " " + run.id() + " " + what);
  }

  private static String waits(RunRecord run, Instant now) {
    if (run.attempt() > 1) {
      return "failed with code "
          + run.exitCode()
          + reason(run)
          + "; attempt "
          + run.attempt()
          + " at "
          + Instant.ofEpochSecond(run.start() / 1000);
    }
    return run.start() > now.toEpochMilli()
        ? "fired by " + run.cause() + ", begins at " + Instant.ofEpochSecond(run.start() / 1000)
        : "fired by " + run.cause() + ", waits for its turn";
  }

  private static String reason(RunRecord run) {
    return run.message() == null || run.message().isEmpty() ? "" : ": " + run.message();
  }
}
