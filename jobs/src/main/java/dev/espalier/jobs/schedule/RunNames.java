package dev.espalier.jobs.schedule;

import dev.espalier.jobs.fields.JobVariables;
import dev.espalier.jobs.schedule.log.ScheduleState;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
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

  /** The id of a further run of a job at a logical time. */
  static String id(String job, String at, ScheduleState state) {
    String name = job + "." + COMPACT.format(instant(at));
    String id = name;
    for (int number = 2; state.runs().containsKey(id); number++) {
      id = name + "." + number;
    }
    return id;
  }
}
