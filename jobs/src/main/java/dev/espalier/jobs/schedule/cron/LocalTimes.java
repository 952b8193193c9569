package dev.espalier.jobs.schedule.cron;

import com.cronutils.model.Cron;
import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The local times that a cron expression names, on a calendar without a time zone. */
final class LocalTimes {
  /** As cron(8) knows them. */
  private static final Map<String, String> NICKNAMES =
      Map.of(
          "@yearly", "0 0 1 1 *",
          "@annually", "0 0 1 1 *",
          "@monthly", "0 0 1 * *",
          "@weekly", "0 0 * * 0",
          "@daily", "0 0 * * *",
          "@midnight", "0 0 * * *",
          "@hourly", "0 * * * *");

  /** The parser's Sunday is the last day of the week; in front of a range it is the first. */
  private static final Pattern SUNDAY_FIRST = Pattern.compile("(?i)\\bSUN-(?!SUN)");

  private final String fields;
  private final ExecutionTime times;

  private LocalTimes(String fields, ExecutionTime times) {
    this.fields = fields;
    this.times = times;
  }

  /**
   * Reads five fields, or a nickname such as {@code @daily}.
   *
   * @throws IllegalArgumentException with a sentence for the user if it is neither
   */
  static LocalTimes of(String expression) {
    String fields = NICKNAMES.getOrDefault(expression.strip(), expression.strip());
    if (fields.startsWith("@")) {
      throw new IllegalArgumentException(
          "there is no nickname "
              + fields
              + "; there are @hourly, @daily, @weekly, @monthly and"
              + " @yearly");
    }
    int count = fields.isEmpty() ? 0 : fields.split("\\s+", -1).length;
    if (count != 5) {
      throw new IllegalArgumentException(
          "it has "
              + count
              + " fields; cron has five: minute, hour, day of month, month, day of"
              + " week");
    }
    Cron cron =
        new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX))
            .parse(SUNDAY_FIRST.matcher(fields).replaceAll("0-"));
    return new LocalTimes(fields, ExecutionTime.forCron(cron));
  }

  /** The first one at or after {@code from}; none if there is none. */
  Optional<LocalDateTime> from(LocalDateTime from) {
    // In UTC no local time is missing and none is there twice.
    ZonedDateTime before = from.minusSeconds(1).atZone(ZoneOffset.UTC);
    return times.nextExecution(before).map(ZonedDateTime::toLocalDateTime);
  }

  /** Whether it counts by elapsed time: its minutes or its hours begin with a star. */
  boolean isPeriodic() {
    String[] parts = fields.split("\\s+", -1);
    return parts[0].startsWith("*") || parts[1].startsWith("*");
  }
}
