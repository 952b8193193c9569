package dev.espalier.jobs;

import java.util.Locale;

/** Figures as the terminal shows them: right at their edges too. */
final class Figures {
  private static final int MINUTE = 60;
  private static final int HOUR = 3600;

  private Figures() {}

  /** {@code 1 row}, {@code 2 rows}. */
  static String count(long number, String thing) {
    return number + " " + (number == 1 ? thing : plural(thing));
  }

  private static String plural(String thing) {
    int last = thing.length() - 1;
    boolean y = thing.charAt(last) == 'y' && "aeiou".indexOf(thing.charAt(last - 1)) < 0;
    return y ? thing.substring(0, last) + "ies" : thing + "s";
  }

  /**
   * {@code part} of {@code whole} with two digits after the point: 0% and 100% only if that is so,
   * 100% of nothing, and never more than 100%.
   */
  static String percent(long part, long whole) {
    if (part >= whole) {
      return "100%";
    }
    if (part <= 0) {
      return "0%";
    }
    double percent = Math.max(0.01, Math.min(99.99, 100.0 * part / whole));
    return String.format(Locale.ROOT, "%.2f%%", percent);
  }

  /** {@code fraction} as few digits tell it: {@code 0.1%}, {@code 5%}. */
  static String percent(double fraction) {
    String text = String.format(Locale.ROOT, "%.4f", 100 * fraction);
    return text.replaceAll("\\.?0+$", "") + "%";
  }

  /** {@code 512 bytes}, {@code 1.5 MiB}. */
  static String bytes(long bytes) {
    String[] units = {"KiB", "MiB", "GiB", "TiB"};
    if (bytes < 1024) {
      return count(bytes, "byte");
    }
    double scaled = bytes / 1024.0;
    int unit = 0;
    while (scaled >= 1024 && unit < units.length - 1) {
      scaled /= 1024;
      unit++;
    }
    return String.format(Locale.ROOT, "%.1f %s", scaled, units[unit]);
  }

  /** {@code 0.4 s}, {@code 12 s}, {@code 3 min 20 s}, {@code 2 h 0 min}. */
  static String duration(double seconds) {
    if (seconds < 9.95) {
      return String.format(Locale.ROOT, "%.1f s", Math.max(0.1, seconds));
    }
    long whole = Math.round(seconds);
    if (whole < MINUTE) {
      return whole + " s";
    }
    if (whole < HOUR) {
      return whole / MINUTE + " min " + whole % MINUTE + " s";
    }
    return whole / HOUR + " h " + whole % HOUR / MINUTE + " min";
  }

  /** {@code 120 rows/s}, {@code 3.1 rows/s}, {@code 2 rows/min}: never none of what there was. */
  static String rate(long number, double seconds, String thing) {
    double rate = number / Math.max(seconds, 1e-3);
    if (rate >= 10) {
      return String.format(Locale.ROOT, "%.0f %ss/s", rate, thing);
    }
    if (rate >= 0.1) {
      return String.format(Locale.ROOT, "%.1f %ss/s", rate, thing);
    }
    double aMinute = rate * MINUTE;
    return aMinute >= 0.1
        ? String.format(Locale.ROOT, "%.1f %ss/min", aMinute, thing)
        : String.format(Locale.ROOT, "%.1f %ss/h", Math.max(0.1, rate * HOUR), thing);
  }
}
