package dev.espalier.jobs.fields;

import dev.espalier.jinja.JinjaException;
import dev.espalier.jinja.JinjaTemplate;
import dev.espalier.jinja.TemplateSettings;
import dev.espalier.jinja.Variables;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * What {@code {{ … }}} means in the paths of a job file: the logical time of a run, and the job's
 * own {@code vars}. A retry or a backfill has the time of what it repeats, so it has the same
 * paths. Immutable.
 *
 * <p>All values are texts. In the zone of the time, of 2026-03-01T09:05+01:00[Europe/Berlin]:
 *
 * <pre>
 *   at          2026-03-01T09:05:00+01:00
 *   date        2026-03-01
 *   yesterday   2026-02-28
 *   year, month, day, hour, minute      2026, 03, 01, 09, 05
 *   vars.NAME   of the job file
 * </pre>
 *
 * @param time of the run
 * @param vars of the job file
 */
public record JobVariables(ZonedDateTime time, Map<String, Object> vars) {
  private static final DateTimeFormatter AT =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ssxxx", Locale.ROOT);

  public JobVariables {
    Objects.requireNonNull(time, "time");
    vars = Collections.unmodifiableMap(new LinkedHashMap<>(vars));
  }

  /** The logical time of a run that was told none: this second, in UTC. */
  public static JobVariables now() {
    return at(ZonedDateTime.now(ZoneOffset.UTC).withNano(0));
  }

  public static JobVariables at(ZonedDateTime time) {
    return new JobVariables(time, Map.of());
  }

  /**
   * Reads a time of ISO 8601 with its zone: {@code 2026-03-01T00:00Z}, {@code
   * 2026-03-01T00:00:00+01:00}, {@code 2026-03-01T00:00+01:00[Europe/Berlin]}.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static ZonedDateTime timeOf(String text) {
    try {
      return text.indexOf('[') < 0
          ? OffsetDateTime.parse(text).toZonedDateTime()
          : ZonedDateTime.parse(text);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "`" + text + "` is no time with a zone, such as 2026-03-01T00:00:00+01:00", e);
    }
  }

  /** The same time, of a job with these variables. */
  public JobVariables with(Map<String, Object> values) {
    return new JobVariables(time, values);
  }

  /** The same variables at another time. */
  public JobVariables movedTo(ZonedDateTime other) {
    return new JobVariables(other, vars);
  }

  /**
   * {@code text} with what stands in {@code {{ … }}} filled in; Jinja, as in programs.
   *
   * @throws JinjaException if it is no Jinja, or names what is not there
   */
  public String fill(String text) {
    if (!text.contains("{{")) {
      return text;
    }
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("at", AT.format(time));
    values.put("date", DateTimeFormatter.ISO_LOCAL_DATE.format(time));
    values.put("yesterday", DateTimeFormatter.ISO_LOCAL_DATE.format(time.minusDays(1)));
    values.put("year", number("uuuu"));
    values.put("month", number("MM"));
    values.put("day", number("dd"));
    values.put("hour", number("HH"));
    values.put("minute", number("mm"));
    values.put("vars", vars);
    return JinjaTemplate.compile(text, TemplateSettings.PROGRAM).render(Variables.of(values));
  }

  private String number(String pattern) {
    return DateTimeFormatter.ofPattern(pattern, Locale.ROOT).format(time);
  }
}
