package dev.espalier.jobs.schedule;

import dev.espalier.jobs.fields.JobVariables;
import dev.espalier.jobs.schedule.log.JobRecord;
import dev.espalier.jobs.schedule.log.JobTotals;
import dev.espalier.jobs.schedule.log.RunRecord;
import dev.espalier.jobs.schedule.log.ScheduleState;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** How runs and their logical times are written. */
final class RunNames {
  private static final DateTimeFormatter COMPACT =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private RunNames() {}

  /** A logical time in a zone, to the second. */
  static String at(Instant time, ZoneId zone) {
    return ZonedDateTime.ofInstant(time, zone).withNano(0).toString();
  }

  static Instant instant(String at) {
    return JobVariables.timeOf(at).toInstant();
  }

  /** The id of a further run of a job at a logical time; none that was forgotten had it either. */
  static String id(String job, String at, ScheduleState state) {
    Instant time = instant(at);
    String name = job + "." + COMPACT.format(time);
    List<RunRecord> known = state.runsOf(job);
    long ever = known.stream().filter(RunRecord::isActive).count();
    JobTotals ended = state.job(job).map(JobRecord::totals).orElse(JobTotals.NONE);
    ever += ended.succeeded() + ended.failed();
    boolean mayHaveRun =
        ever > known.size() && known.stream().anyMatch(run -> !instant(run.at()).isBefore(time));
    long number = mayHaveRun ? ever + 1 : 2;
    String id = mayHaveRun ? name + "." + number++ : name;
    while (state.runs().containsKey(id)) {
      id = name + "." + number++;
    }
    return id;
  }
}
