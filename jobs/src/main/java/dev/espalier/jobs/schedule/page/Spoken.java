package dev.espalier.jobs.schedule.page;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Times and numbers as the page says them. */
final class Spoken {
  private static final DateTimeFormatter MINUTE =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm", Locale.ROOT);
  private static final int THOUSAND = 1000;
  private static final int WHOLE = 10_000;

  private Spoken() {}

  /** {@code 2026-03-29 02:30}, by the clock of a zone. */
  static String time(Instant time, ZoneId zone) {
    return MINUTE.format(ZonedDateTime.ofInstant(time, zone));
  }

  /** {@code in 3 h 20 min}, {@code 2 d ago}, {@code now}. */
  static String relative(Instant time, Instant now) {
    Duration away = Duration.between(now, time);
    if (away.abs().toSeconds() < 1) {
      return "now";
    }
    return away.isNegative() ? duration(away.negated()) + " ago" : "in " + duration(away);
  }

  /** {@code 0.4 s}, {@code 12 s}, {@code 3 min 20 s}, {@code 2 h 5 min}, {@code 3 d 4 h}. */
  static String duration(Duration time) {
    long seconds = time.toSeconds();
    if (seconds < 10) {
      return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1e3);
    } else if (seconds < 60) {
      return seconds + " s";
    } else if (seconds < 3600) {
      return two(seconds / 60, "min", seconds % 60, "s");
    } else if (seconds < 86_400) {
      return two(seconds / 3600, "h", seconds % 3600 / 60, "min");
    }
    return two(seconds / 86_400, "d", seconds % 86_400 / 3600, "h");
  }

  private static String two(long large, String unit, long small, String smallUnit) {
    return small == 0 ? large + " " + unit : large + " " + unit + " " + small + " " + smallUnit;
  }

  /** {@code 9500}, {@code 12.3 k}, {@code 4.56 M}. */
  static String count(long number) {
    if (Math.abs(number) < WHOLE) {
      return Long.toString(number);
    }
    double scaled = number;
    String[] units = {"", " k", " M", " G", " T"};
    int unit = 0;
    while (Math.abs(scaled) >= 999.5 && unit < units.length - 1) {
      scaled /= THOUSAND;
      unit++;
    }
    int digits = Math.abs(scaled) >= 99.95 ? 0 : Math.abs(scaled) >= 9.995 ? 1 : 2;
    return String.format(Locale.ROOT, "%." + digits + "f", scaled) + units[unit];
  }
}
