package dev.espalier.jinja;

import static java.util.Map.entry;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The methods of Python's str that chat templates call. */
final class StringMethods {

  /** A method, given its object. */
  interface Method {
    Object call(String text, Given given);
  }

  static final Map<String, Method> ALL =
      Map.ofEntries(
          entry("strip", (t, g) -> PythonText.strip(t, characters(g))),
          entry("lstrip", (t, g) -> PythonText.stripStart(t, characters(g))),
          entry("rstrip", (t, g) -> PythonText.stripEnd(t, characters(g))),
          entry("split", (t, g) -> split(t, g, false)),
          entry("rsplit", (t, g) -> split(t, g, true)),
          entry("splitlines", (t, g) -> lines(t, g)),
          entry("startswith", (t, g) -> begins(t, g)),
          entry("endswith", (t, g) -> ends(t, g)),
          entry("upper", (t, g) -> t.toUpperCase(Locale.ROOT)),
          entry("lower", (t, g) -> t.toLowerCase(Locale.ROOT)),
          entry("title", (t, g) -> PythonText.title(t)),
          entry("capitalize", (t, g) -> capitalized(t)),
          entry("replace", (t, g) -> replaced(t, g)),
          entry("removeprefix", (t, g) -> withoutPrefix(t, g.string(0, "prefix"))),
          entry("removesuffix", (t, g) -> withoutSuffix(t, g.string(0, "suffix"))),
          entry("find", (t, g) -> index(t, t.indexOf(g.accepting("sub").string(0, "sub")))),
          entry("rfind", (t, g) -> index(t, t.lastIndexOf(g.accepting("sub").string(0, "sub")))),
          entry("count", (t, g) -> count(t, g.accepting("sub").string(0, "sub"))),
          entry("join", (t, g) -> joined(t, g)),
          entry("isspace", (t, g) -> !t.isEmpty() && PythonText.isSpace(t)),
          entry("isdigit", (t, g) -> all(t, Character::isDigit)),
          entry("isalpha", (t, g) -> all(t, Character::isLetter)));

  private StringMethods() {}

  private static String characters(Given given) {
    return given.accepting("chars").optionalString(0, "chars");
  }

  private static boolean all(String text, java.util.function.IntPredicate predicate) {
    return !text.isEmpty() && text.codePoints().allMatch(predicate);
  }

  static String capitalized(String text) {
    if (text.isEmpty()) {
      return text;
    }
    int first = text.offsetByCodePoints(0, 1);
    return Character.toString(Character.toTitleCase(text.codePointAt(0)))
        + text.substring(first).toLowerCase(Locale.ROOT);
  }

  private static boolean begins(String text, Given given) {
    return affixes(given.accepting("prefix").get(0, "prefix")).stream().anyMatch(text::startsWith);
  }

  private static boolean ends(String text, Given given) {
    return affixes(given.accepting("suffix").get(0, "suffix")).stream().anyMatch(text::endsWith);
  }

  /** One string or several. */
  private static List<String> affixes(Object affix) {
    return affix instanceof List<?> list
        ? list.stream().map(Values::string).toList()
        : List.of(Values.string(affix));
  }

  private static String withoutPrefix(String text, String prefix) {
    return text.startsWith(prefix) ? text.substring(prefix.length()) : text;
  }

  private static String withoutSuffix(String text, String suffix) {
    return text.endsWith(suffix) ? text.substring(0, text.length() - suffix.length()) : text;
  }

  private static long index(String text, int at) {
    return at < 0 ? -1 : text.codePointCount(0, at);
  }

  private static long count(String text, String part) {
    if (part.isEmpty()) {
      return PythonText.length(text) + 1L;
    }
    long count = 0;
    for (int at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length())) {
      count++;
    }
    return count;
  }

  private static String joined(String separator, Given given) {
    return Values.items(given.accepting("iterable").get(0, "iterable")).stream()
        .map(Values::string)
        .collect(Collectors.joining(separator));
  }

  private static String replaced(String text, Given given) {
    String old = given.accepting("old", "new", "count").string(0, "old");
    String replacement = given.string(1, "new");
    int limit = given.integer(2, "count", -1);
    if (limit < 0) {
      return text.replace(old, replacement);
    }
    StringBuilder replaced = new StringBuilder();
    int from = 0;
    int at = text.indexOf(old);
    for (int i = 0; i < limit && at >= 0 && !old.isEmpty(); i++) {
      replaced.append(text, from, at).append(replacement);
      from = at + old.length();
      at = text.indexOf(old, from);
    }
    return replaced.append(text.substring(from)).toString();
  }

  /** At a separator, or at runs of white space; at most {@code maxsplit} times, from one end. */
  private static List<Object> split(String text, Given given, boolean fromTheEnd) {
    String separator = given.accepting("sep", "maxsplit").optionalString(0, "sep");
    int limit = given.integer(1, "maxsplit", -1);
    if (separator == null) {
      if (limit >= 0) {
        throw new JinjaException("split at white space with maxsplit is not supported");
      }
      return new ArrayList<>(words(text));
    }
    if (separator.isEmpty()) {
      throw new JinjaException("split needs a separator that is not empty");
    }
    List<Object> parts = new ArrayList<>();
    String rest = text;
    while (limit < 0 || parts.size() < limit) {
      int at = fromTheEnd ? rest.lastIndexOf(separator) : rest.indexOf(separator);
      if (at < 0) {
        break;
      }
      String before = rest.substring(0, at);
      String after = rest.substring(at + separator.length());
      parts.add(fromTheEnd ? 0 : parts.size(), fromTheEnd ? after : before);
      rest = fromTheEnd ? before : after;
    }
    parts.add(fromTheEnd ? 0 : parts.size(), rest);
    return parts;
  }

  private static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    int start = 0;
    for (int i = 0; i <= text.length(); i++) {
      if (i == text.length() || PythonText.isSpace(text.charAt(i))) {
        if (i > start) {
          words.add(text.substring(start, i));
        }
        start = i + 1;
      }
    }
    return words;
  }

  private static List<Object> lines(String text, Given given) {
    given.accepting();
    List<Object> lines = new ArrayList<>();
    int start = 0;
    while (start < text.length()) {
      int end = start;
      while (end < text.length()
          && "\n\r\u000B\f\u001C\u001D\u001E\u0085\u2028\u2029".indexOf(text.charAt(end)) < 0) {
        end++;
      }
      lines.add(text.substring(start, end));
      start = text.startsWith("\r\n", end) ? end + 2 : end + 1;
    }
    return lines;
  }
}
