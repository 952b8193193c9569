package dev.espalier.yaml;

import java.math.BigInteger;
import java.util.Optional;

/**
 * A scalar.
 *
 * @param text as written, quotes and escapes resolved
 * @param value by the schema: null, a {@link Boolean}, a {@link Long}, a {@link BigInteger} that is
 *     no long, a {@link Double}, or {@code text} itself
 * @param tag see {@link YamlNode#tag}
 * @param content where the first character of {@code text} stands
 * @param lines whether the lines of {@code text} are those of the source
 */
public record YamlScalar(
    String text,
    Object value,
    Style style,
    Optional<String> tag,
    YamlPlace place,
    YamlPlace content,
    boolean lines)
    implements YamlNode {

  /** How a scalar is written. */
  public enum Style {
    PLAIN,
    SINGLE_QUOTED,
    DOUBLE_QUOTED,
    /** A block after {@code |}. */
    LITERAL,
    /** A block after {@code >}. */
    FOLDED
  }

  /** A plain scalar that no file holds, as of the command line. */
  public static YamlScalar of(String text, YamlPlace place) {
    return new YamlScalar(
        text, YamlSchema.CORE.plain(text), Style.PLAIN, Optional.empty(), place, place, false);
  }

  public boolean isNull() {
    return value == null;
  }

  public boolean isText() {
    return value instanceof String;
  }

  public boolean isNumber() {
    return value instanceof Number;
  }

  /**
   * The place of a character of the text, as exactly as the source tells: folded lines and escapes
   * move what follows them.
   *
   * @param line of the text, from 1
   * @param column from 1, in code points
   */
  public YamlPlace placeOf(int line, int column) {
    if (!lines) {
      return place;
    }
    int first = style == Style.LITERAL || line == 1 ? content.column() : 1;
    return new YamlPlace(place.source(), content.line() + line - 1, first + column - 1);
  }

  @Override
  public String kind() {
    if (value == null) {
      return "empty";
    } else if (value instanceof Boolean) {
      return "a truth value";
    }
    return value instanceof Number ? "a number" : "a text";
  }
}
