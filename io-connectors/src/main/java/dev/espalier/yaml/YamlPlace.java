package dev.espalier.yaml;

import java.util.Comparator;

/**
 * Where something stands.
 *
 * @param source the file as the user named it, or what else the text is, such as {@code --set a=b}
 * @param line from 1; 0 if the text is not made of lines that anyone sees
 * @param column from 1, in code points
 */
public record YamlPlace(String source, int line, int column) implements Comparable<YamlPlace> {
  private static final Comparator<YamlPlace> ORDER =
      Comparator.comparing(YamlPlace::source)
          .thenComparingInt(YamlPlace::line)
          .thenComparingInt(YamlPlace::column);

  /** A place that is the whole of {@code source}. */
  public static YamlPlace of(String source) {
    return new YamlPlace(source, 0, 0);
  }

  @Override
  public int compareTo(YamlPlace other) {
    return ORDER.compare(this, other);
  }

  /** Such as {@code job.yaml:3:7}. */
  @Override
  public String toString() {
    return line == 0 ? source : source + ":" + line + ":" + column;
  }
}
