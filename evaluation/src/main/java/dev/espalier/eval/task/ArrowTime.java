package dev.espalier.eval.task;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Texts that Arrow's reader of JSON takes for times of whole seconds. */
final class ArrowTime {
  private static final Pattern TIME =
      Pattern.compile(
          "([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[ T]([0-9]{2})(?::([0-9]{2})(?::([0-9]{2}))?)?"
              + "(?:Z|([-+])([0-9]{2}):?([0-9]{2})?)?)?");
  private static final DateTimeFormatter PRINTED =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT);

  private ArrowTime() {}

  /** What Python prints of the time, in UTC; empty if the text is none. */
  static Optional<String> of(String text) {
    boolean mayBe = text.length() >= 10 && text.charAt(4) == '-' && text.charAt(7) == '-';
    Matcher match = TIME.matcher(text);
    if (!mayBe || !match.matches()) {
      return Optional.empty();
    }
    try {
      LocalDateTime time =
          LocalDateTime.of(
              number(match, 1),
              number(match, 2),
              number(match, 3),
              number(match, 4),
              number(match, 5),
              number(match, 6));
      int offset = 60 * number(match, 8) + number(match, 9);
      time = time.minusMinutes("-".equals(match.group(7)) ? -offset : offset);
      return Optional.of(PRINTED.format(time));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static int number(Matcher match, int group) {
    return match.group(group) == null ? 0 : Integer.parseInt(match.group(group));
  }
}
