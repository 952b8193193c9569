package dev.espalier.eval.task;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Patterns of names as Python's {@code fnmatch}: {@code *}, {@code ?}, {@code [a-c]}, {@code [!a]}.
 */
final class NamePattern {
  private NamePattern() {}

  static boolean isPattern(String text) {
    return text.matches("(?s).*[*?\\[].*");
  }

  static Pattern of(String pattern) {
    StringBuilder out = new StringBuilder("(?s)");
    int at = 0;
    while (at < pattern.length()) {
      char c = pattern.charAt(at++);
      int end = c == '[' ? pattern.indexOf(']', at + (pattern.startsWith("!", at) ? 2 : 1)) : -1;
      if (c == '*') {
        out.append(".*");
      } else if (c == '?') {
        out.append('.');
      } else if (end >= 0) {
        String set = pattern.substring(at, end).replace("\\", "\\\\").replace("[", "\\[");
        out.append('[').append(set.startsWith("!") ? "^" + set.substring(1) : escaped(set));
        out.append(']');
        at = end + 1;
      } else {
        out.append(Pattern.quote(Character.toString(c)));
      }
    }
    try {
      return Pattern.compile(out.toString());
    } catch (PatternSyntaxException e) {
      return Pattern.compile(Pattern.quote(pattern));
    }
  }

  private static String escaped(String set) {
    return set.startsWith("^") ? "\\" + set : set;
  }
}
