package dev.espalier.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What stands in place of a match, as {@code re.sub} reads it. */
final class PatternReplacement {
  private final String source;
  private final int groups;
  private final Map<String, Integer> names;
  private final List<Object> parts = new ArrayList<>();
  private final StringBuilder literal = new StringBuilder();
  private int at;

  private PatternReplacement(String source, int groups, Map<String, Integer> names) {
    this.source = source;
    this.groups = groups;
    this.names = names;
  }

  /** Texts, and numbers of groups as {@link Integer}. */
  static List<Object> parts(String source, int groups, Map<String, Integer> names) {
    PatternReplacement replacement = new PatternReplacement(source, groups, names);
    replacement.read();
    return replacement.parts;
  }

  private void read() {
    while (at < source.length()) {
      char c = source.charAt(at++);
      if (c != '\\') {
        literal.append(c);
      } else if (at == source.length()) {
        throw refused("ends with a backslash");
      } else {
        escape(source.charAt(at++));
      }
    }
    end();
  }

  private void escape(char c) {
    if (c == 'g') {
      named();
    } else if (c == '0') {
      octal(at - 1, 2);
    } else if (c >= '1' && c <= '9') {
      number(c);
    } else {
      int index = "abfnrtv\\".indexOf(c);
      if (index >= 0) {
        literal.append("\u0007\b\f\n\r\t\u000b\\".charAt(index));
      } else if (Character.isLetter(c) && c < 0x80) {
        throw refused("has the escape \\" + c + ", which means nothing");
      } else {
        literal.append('\\').append(c);
      }
    }
  }

  private void octal(int from, int more) {
    int end = from + 1;
    while (end < source.length() && end <= from + more && isOctal(source.charAt(end))) {
      end++;
    }
    literal.append((char) (Integer.parseInt(source.substring(from, end), 8) & 0xFF));
    at = end;
  }

  private static boolean isOctal(char c) {
    return c >= '0' && c <= '7';
  }

  private void number(char first) {
    boolean second = at < source.length() && Character.digit(source.charAt(at), 10) >= 0;
    if (second
        && isOctal(first)
        && isOctal(source.charAt(at))
        && at + 1 < source.length()
        && isOctal(source.charAt(at + 1))) {
      octal(at - 1, 2);
      return;
    }
    int number = first - '0';
    if (second) {
      number = number * 10 + source.charAt(at++) - '0';
    }
    group(number);
  }

  private void named() {
    int end = source.indexOf('>', at);
    if (at >= source.length() || source.charAt(at) != '<' || end < 0) {
      throw refused("has \\g without <name>");
    }
    String name = source.substring(at + 1, end);
    at = end + 1;
    if (!name.isEmpty() && name.chars().allMatch(c -> c >= '0' && c <= '9') && name.length() < 4) {
      group(Integer.parseInt(name));
    } else if (names.containsKey(name)) {
      group(names.get(name));
    } else {
      throw refused("names the group " + name + ", which the pattern has not");
    }
  }

  private void group(int number) {
    if (number > groups) {
      throw refused("names the group " + number + ", which the pattern has not");
    }
    end();
    parts.add(number);
  }

  private void end() {
    if (literal.length() > 0) {
      parts.add(literal.toString());
      literal.setLength(0);
    }
  }

  private IllegalArgumentException refused(String what) {
    return new IllegalArgumentException("the replacement `" + source + "` " + what);
  }
}
