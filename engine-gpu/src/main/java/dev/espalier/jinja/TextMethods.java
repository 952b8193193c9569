package dev.espalier.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The methods of Python's {@code str}; positions count code points. */
final class TextMethods {
  static final Map<String, Method> ALL = new HashMap<>();

  private interface TextBody {
    Object call(String self, Given given, Rendering rendering);
  }

  private TextMethods() {}

  private static void add(String name, String parameters, TextBody body) {
    ALL.put(
        name,
        Method.of(
            parameters,
            (self, given, rendering) -> {
              String text = (String) self;
              rendering.characters(text.length() * 4L, text.length() * 4L);
              return body.call(text, given, rendering);
            }));
  }

  static {
    add("upper", "", (s, g, r) -> CaseMapping.upper(s));
    add("lower", "", (s, g, r) -> CaseMapping.lower(s));
    add("title", "", (s, g, r) -> CaseMapping.title(s));
    add("capitalize", "", (s, g, r) -> CaseMapping.capitalized(s));
    add("swapcase", "", (s, g, r) -> CaseMapping.swapped(s));
    add("casefold", "", (s, g, r) -> CaseMapping.folded(s));
    add("strip", "/ chars?", (s, g, r) -> Strip.strip(s, characters(g)));
    add("lstrip", "/ chars?", (s, g, r) -> Strip.start(s, characters(g)));
    add("rstrip", "/ chars?", (s, g, r) -> Strip.end(s, characters(g)));
    add("isalnum", "", (s, g, r) -> CharacterKinds.all(s, CharacterKinds::isAlphanumeric));
    add("isalpha", "", (s, g, r) -> CharacterKinds.all(s, CharacterKinds::isAlphabetic));
    add("isdecimal", "", (s, g, r) -> CharacterKinds.all(s, CharacterKinds::isDecimal));
    add("isdigit", "", (s, g, r) -> CharacterKinds.all(s, CharacterKinds::isDigit));
    add("isnumeric", "", (s, g, r) -> CharacterKinds.all(s, CharacterKinds::isNumeric));
    add("isspace", "", (s, g, r) -> CharacterKinds.all(s, Lexer::isSpace));
    add("isascii", "", (s, g, r) -> s.chars().allMatch(c -> c < 0x80));
    add("isprintable", "", (s, g, r) -> s.codePoints().allMatch(Repr::isPrintable));
    add("isidentifier", "", (s, g, r) -> CharacterKinds.isIdentifier(s));
    add("islower", "", (s, g, r) -> CharacterKinds.isCase(s, false));
    add("isupper", "", (s, g, r) -> CharacterKinds.isCase(s, true));
    add("istitle", "", (s, g, r) -> CharacterKinds.isTitle(s));
    add("startswith", "/ prefix start? end?", (s, g, r) -> affixed(s, g, true));
    add("endswith", "/ suffix start? end?", (s, g, r) -> affixed(s, g, false));
    add("find", "/ sub start? end?", (s, g, r) -> find(s, g, false, r));
    add("rfind", "/ sub start? end?", (s, g, r) -> find(s, g, true, r));
    add("index", "/ sub start? end?", (s, g, r) -> found(find(s, g, false, r)));
    add("rindex", "/ sub start? end?", (s, g, r) -> found(find(s, g, true, r)));
    add("count", "/ sub start? end?", TextMethods::count);
    add("replace", "/ old new count?", TextMethods::replace);
    add("split", "sep? maxsplit?", (s, g, r) -> split(s, g, false, r));
    add("rsplit", "sep? maxsplit?", (s, g, r) -> split(s, g, true, r));
    add("splitlines", "keepends?", (s, g, r) -> lines(s, isWholeTrue(g), r));
    add(
        "partition",
        "/ sep",
        (s, g, r) -> partition(/* text= */ s, /* separator= */ g.text(0), false, r));
    add(
        "rpartition",
        "/ sep",
        (s, g, r) -> partition(/* text= */ s, /* separator= */ g.text(0), true, r));
    add("removeprefix", "/ prefix", (s, g, r) -> withoutPrefix(s, g.text(0)));
    add(
        "removesuffix",
        "/ suffix",
        (s, g, r) -> withoutSuffix(/* text= */ s, /* suffix= */ g.text(0)));
    add("ljust", "/ width fillchar?", (s, g, r) -> padded(s, g, '<', r));
    add("rjust", "/ width fillchar?", (s, g, r) -> padded(s, g, '>', r));
    add("center", "/ width fillchar?", (s, g, r) -> padded(s, g, 'c', r));
    add("zfill", "/ width", (s, g, r) -> zeroFilled(s, g.integer(0, 0), r));
    add("expandtabs", "tabsize?", (s, g, r) -> expanded(s, g.integer(0, 8), r));
    add("join", "/ iterable", (s, g, r) -> joined(s, g.get(0), r));
  }

  private static boolean isWholeTrue(Given given) {
    return given.integer(0, 0) != 0;
  }

  private static String characters(Given given) {
    return given.get(0, null) == null ? null : given.text(0);
  }

  static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  /** The part of a text that {@code start} and {@code end} name; null if it begins behind it. */
  private record Part(String text, int start) {
    static Part of(String text, Given given, int at) {
      int length = length(text);
      long start = bound(given, at, 0, length);
      long end = Math.min(length, bound(given, at + 1, length, length));
      if (start > length || start > end) {
        return null;
      }
      int from = text.offsetByCodePoints(0, (int) start);
      int to = text.offsetByCodePoints(from, (int) (end - start));
      return new Part(text.substring(from, to), (int) start);
    }

    private static long bound(Given given, int at, long otherwise, int length) {
      if (given.get(at, null) == null) {
        return otherwise;
      }
      long bound = Numbers.index(given.get(at));
      return bound < 0 ? Math.max(0, bound + length) : bound;
    }
  }

  private static boolean affixed(String text, Given given, boolean isPrefix) {
    List<?> affixes =
        given.get(0) instanceof Tuple tuple ? tuple : Collections.singletonList(given.get(0));
    Part part = Part.of(text, given, 1);
    for (Object affix : affixes) {
      String wanted = Types.requireText(affix);
      if (part != null && (isPrefix ? part.text.startsWith(wanted) : part.text.endsWith(wanted))) {
        return true;
      }
    }
    return false;
  }

  private static long find(String text, Given given, boolean last, Rendering rendering) {
    String wanted = given.text(0);
    Part part = Part.of(text, given, 1);
    if (part == null) {
      return -1;
    }
    Search.count(part.text, wanted, rendering);
    int at = last ? part.text.lastIndexOf(wanted) : part.text.indexOf(wanted);
    return at < 0 ? -1 : part.start + part.text.codePointCount(0, at);
  }

  private static long found(long index) {
    if (index < 0) {
      throw new JinjaException("the text is not found");
    }
    return index;
  }

  private static Object count(String text, Given given, Rendering rendering) {
    String wanted = given.text(0);
    Part part = Part.of(text, given, 1);
    if (part == null) {
      return 0L;
    }
    if (wanted.isEmpty()) {
      return length(part.text) + 1L;
    }
    Search.count(part.text, wanted, rendering);
    long count = 0;
    for (int i = part.text.indexOf(wanted); i >= 0; ) {
      count++;
      i = part.text.indexOf(wanted, i + wanted.length());
    }
    return count;
  }

  private static Object replace(String text, Given given, Rendering rendering) {
    return replaced(text, given.text(0), given.text(1), given.integer(2, -1), rendering);
  }

  /**
   * @param count how often at most; without bound if negative
   */
  static String replaced(String text, String old, String by, long count, Rendering rendering) {
    long rest = count < 0 ? Long.MAX_VALUE : count;
    StringBuilder replaced = new StringBuilder();
    int position = 0;
    Search.count(text, old, rendering);
    if (old.isEmpty()) {
      while (rest > 0 && position <= text.length()) {
        rest--;
        grow(replaced, by, rendering);
        if (position == text.length()) {
          return replaced.toString();
        }
        int next = text.offsetByCodePoints(position, 1);
        grow(replaced, text.substring(position, next), rendering);
        position = next;
      }
      return replaced.append(text, position, text.length()).toString();
    }
    for (int at = text.indexOf(old); at >= 0 && rest > 0; rest--) {
      grow(replaced, text.substring(position, at), rendering);
      grow(replaced, by, rendering);
      position = at + old.length();
      at = text.indexOf(old, position);
    }
    return replaced.append(text, position, text.length()).toString();
  }

  private static void grow(StringBuilder text, String piece, Rendering rendering) {
    rendering.characters((long) text.length() + piece.length(), piece.length());
    text.append(piece);
  }

  private static Object split(String text, Given given, boolean last, Rendering rendering) {
    long limit = given.integer(1, -1);
    limit = limit < 0 ? Long.MAX_VALUE : limit;
    ArrayList<Object> parts;
    if (given.get(0, null) == null) {
      parts = last ? lastWords(text, limit) : words(text, limit);
    } else {
      String separator = given.text(0);
      if (separator.isEmpty()) {
        throw new JinjaException("the separator is empty");
      }
      Search.count(text, separator, rendering);
      parts = last ? splitLast(text, separator, limit) : splitFirst(text, separator, limit);
    }
    rendering.items(parts.size());
    return parts;
  }

  static ArrayList<Object> words(String text, long limit) {
    ArrayList<Object> words = new ArrayList<>();
    int i = 0;
    while (true) {
      while (i < text.length() && Lexer.isSpace(text.charAt(i))) {
        i++;
      }
      if (i == text.length()) {
        return words;
      }
      if (words.size() >= limit) {
        words.add(text.substring(i));
        return words;
      }
      int start = i;
      while (i < text.length() && !Lexer.isSpace(text.charAt(i))) {
        i++;
      }
      words.add(text.substring(start, i));
    }
  }

  private static ArrayList<Object> lastWords(String text, long limit) {
    ArrayList<Object> words = new ArrayList<>();
    int i = text.length();
    while (true) {
      while (i > 0 && Lexer.isSpace(text.charAt(i - 1))) {
        i--;
      }
      if (i == 0) {
        break;
      }
      if (words.size() >= limit) {
        words.add(text.substring(0, i));
        break;
      }
      int end = i;
      while (i > 0 && !Lexer.isSpace(text.charAt(i - 1))) {
        i--;
      }
      words.add(text.substring(i, end));
    }
    Collections.reverse(words);
    return words;
  }

  private static ArrayList<Object> splitFirst(String text, String separator, long limit) {
    ArrayList<Object> parts = new ArrayList<>();
    int start = 0;
    for (int at = text.indexOf(separator); at >= 0 && parts.size() < limit; ) {
      parts.add(text.substring(start, at));
      start = at + separator.length();
      at = text.indexOf(separator, start);
    }
    parts.add(text.substring(start));
    return parts;
  }

  private static ArrayList<Object> splitLast(String text, String separator, long limit) {
    ArrayList<Object> parts = new ArrayList<>();
    int end = text.length();
    while (parts.size() < limit) {
      int at = text.lastIndexOf(separator, end - separator.length());
      if (at < 0 || end < separator.length()) {
        break;
      }
      parts.add(text.substring(at + separator.length(), end));
      end = at;
    }
    parts.add(text.substring(0, end));
    Collections.reverse(parts);
    return parts;
  }

  static ArrayList<Object> lines(String text, boolean keepEnds, Rendering rendering) {
    ArrayList<Object> lines = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < text.length(); ) {
      int length = Strip.lineBreak(text, i);
      if (length > 0) {
        rendering.step(1);
        lines.add(text.substring(start, keepEnds ? i + length : i));
        start = i + length;
      }
      i += Math.max(1, length);
    }
    if (start < text.length()) {
      lines.add(text.substring(start));
    }
    return lines;
  }

  private static Object partition(String text, String separator, boolean last, Rendering r) {
    if (separator.isEmpty()) {
      throw new JinjaException("the separator is empty");
    }
    Search.count(text, separator, r);
    int at = last ? text.lastIndexOf(separator) : text.indexOf(separator);
    if (at < 0) {
      return last ? Tuple.of("", "", text) : Tuple.of(text, "", "");
    }
    return Tuple.of(text.substring(0, at), separator, text.substring(at + separator.length()));
  }

  private static String withoutPrefix(String text, String prefix) {
    return text.startsWith(prefix) ? text.substring(prefix.length()) : text;
  }

  private static String withoutSuffix(String text, String suffix) {
    boolean ends = text.endsWith(suffix) && !suffix.isEmpty();
    return ends ? text.substring(0, text.length() - suffix.length()) : text;
  }

  private static Object padded(String text, Given given, char align, Rendering rendering) {
    String fill = given.has(1) ? given.text(1) : " ";
    if (length(fill) != 1) {
      throw new JinjaException("the fill is not one character");
    }
    return padded(text, given.integer(0, 0), fill, align, rendering);
  }

  /**
   * @param align {@code <}, {@code >}, {@code ^} as formats centre, or {@code c} as the method does
   */
  static String padded(String text, long width, String fill, char align, Rendering rendering) {
    long missing = width - length(text);
    if (missing <= 0) {
      return text;
    }
    rendering.characters(width);
    int left =
        switch (align) {
          case '<' -> 0;
          case '>' -> (int) missing;
          case '^' -> (int) (missing / 2);
          default -> (int) (missing / 2 + (missing & width & 1));
        };
    return fill.repeat(left) + text + fill.repeat((int) missing - left);
  }

  private static Object zeroFilled(String text, long width, Rendering rendering) {
    boolean hasSign = text.startsWith("+") || text.startsWith("-");
    int sign = hasSign ? 1 : 0;
    String digits = padded(text.substring(sign), width - sign, "0", '>', rendering);
    return text.substring(0, sign) + digits;
  }

  private static Object expanded(String text, long size, Rendering rendering) {
    StringBuilder expanded = new StringBuilder();
    long column = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\t') {
        if (size > 0) {
          long blanks = size - column % size;
          column += blanks;
          rendering.characters(expanded.length() + blanks, blanks);
          expanded.append(" ".repeat((int) blanks));
        }
      } else {
        column = c == '\n' || c == '\r' ? 0 : column + (Character.isLowSurrogate(c) ? 0 : 1);
        expanded.append(c);
      }
    }
    return expanded.toString();
  }

  private static Object joined(String separator, Object items, Rendering rendering) {
    List<String> texts = new ArrayList<>();
    for (Object item : Iteration.list(items, rendering)) {
      if (!Types.isText(item)) {
        if (item instanceof Undefined undefined) {
          throw undefined.error();
        }
        throw new JinjaException("an item to join is " + Types.described(item) + ", not a text");
      }
      texts.add(Types.text(item));
    }
    return joined(separator, texts, rendering);
  }

  static String joined(String separator, List<String> texts, Rendering rendering) {
    long length = Arithmetic.product(separator.length(), Math.max(0, texts.size() - 1));
    for (String text : texts) {
      length += text.length();
    }
    rendering.characters(length);
    return String.join(separator, texts);
  }
}
