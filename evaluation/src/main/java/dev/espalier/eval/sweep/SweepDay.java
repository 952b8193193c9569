package dev.espalier.eval.sweep;

import java.time.ZonedDateTime;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Results that are kept while later ones take their place: which cells there were.
 *
 * @param label a name without a slash, such as {@code 2026-03-01}
 * @param at when this was, as ISO 8601 with its zone
 */
record SweepDay(String label, String at, SweepManifest manifest) {
  /** The earliest first. */
  static final Comparator<SweepDay> IN_TIME =
      Comparator.comparing((SweepDay day) -> day.time().toInstant()).thenComparing(SweepDay::label);

  SweepDay {
    Objects.requireNonNull(label, "label");
    Objects.requireNonNull(at, "at");
    Objects.requireNonNull(manifest, "manifest");
  }

  private ZonedDateTime time() {
    return ZonedDateTime.parse(at);
  }

  String json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("label", label);
    json.put("at", at);
    json.put("sweep", ValueJson.read(manifest.json()));
    return ValueJson.of(json) + "\n";
  }

  /**
   * Reads what {@link #json} gives.
   *
   * @throws IllegalArgumentException if it is something else
   */
  static SweepDay read(String json) {
    try {
      Map<String, Object> read = ValueJson.readMap(json);
      SweepDay day =
          new SweepDay(
              (String) read.get("label"),
              (String) read.get("at"),
              SweepManifest.read(ValueJson.of(read.get("sweep"))));
      var unused = day.time();
      return day;
    } catch (ClassCastException | NullPointerException | DateTimeParseException e) {
      throw new IllegalArgumentException("no results of a day: " + e.getMessage(), e);
    }
  }
}
