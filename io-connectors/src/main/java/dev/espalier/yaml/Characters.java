package dev.espalier.yaml;

import java.util.Locale;
import java.util.Optional;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/** The characters that a YAML text may be made of. */
final class Characters {
  private Characters() {}

  /** Why {@code text} cannot be read, if so. */
  static Optional<YamlProblem> problem(String source, String text, int most) {
    if (text.length() > most) {
      return Optional.of(
          new YamlProblem(
              new YamlPlace(source, 1, 1),
              "the text has " + text.length() + " characters, more than " + most,
              "split it, or move data to files of rows"));
    }
    int line = 1;
    int column = 1;
    for (int at = 0; at < text.length(); ) {
      int c = text.codePointAt(at);
      if (!StreamReader.isPrintable(c)) {
        return Optional.of(unprintable(new YamlPlace(source, line, column), c));
      }
      at += Character.charCount(c);
      boolean ends = c == '\n' || (c == '\r' && (at == text.length() || text.charAt(at) != '\n'));
      line += ends ? 1 : 0;
      column = ends ? 1 : column + 1;
    }
    return Optional.empty();
  }

  private static YamlProblem unprintable(YamlPlace place, int c) {
    if (Character.getType(c) == Character.SURROGATE) {
      return new YamlProblem(
          place,
          String.format(Locale.ROOT, "half a surrogate pair (U+%04X) is no character", c),
          "write the whole character");
    }
    return new YamlProblem(
        place,
        String.format(Locale.ROOT, "the control character U+%04X cannot stand in YAML", c),
        String.format(Locale.ROOT, "remove it, or write \"\\u%04x\" in double quotes", c));
  }

  /** Whether half a surrogate pair is in {@code text}, as an escape may write it. */
  static boolean isBroken(String text) {
    return text.codePoints().anyMatch(c -> Character.getType(c) == Character.SURROGATE);
  }
}
