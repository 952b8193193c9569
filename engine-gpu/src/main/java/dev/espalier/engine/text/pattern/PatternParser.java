package dev.espalier.engine.text.pattern;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads a pattern in the syntax of the library that splits texts for tokenizers (Oniguruma's, for
 * Ruby), as far as the patterns of tokenizers use it. What lies in a lookahead, a lookbehind or an
 * atomic group is a pattern of its own.
 */
final class PatternParser {
  private static final int MOST_DEPTH = 50;

  /** Repetitions of more are taken as endless: the ways to match them grow alike. */
  private static final int MOST_COUNTED = 6;

  private final String pattern;
  private final SampleCharacters samples;

  /** Patterns inside conditions and atomic groups, which are matched on their own. */
  private final List<Expression> inner = new ArrayList<>();

  private int at;
  private int depth;

  PatternParser(String pattern) {
    this.pattern = pattern;
    this.samples = new SampleCharacters(pattern);
  }

  /** Those inside the pattern that are matched on their own, and at last the pattern. */
  List<Expression> parse() {
    inner.add(alternatives(false, false));
    if (at < pattern.length()) {
      throw new PatternException("has a ) without ( at character " + (at + 1));
    }
    return inner;
  }

  private boolean next(String text) {
    if (!pattern.startsWith(text, at)) {
      return false;
    }
    at += text.length();
    return true;
  }

  private boolean atEnd() {
    return at >= pattern.length() || pattern.charAt(at) == ')' || pattern.charAt(at) == '|';
  }

  private Expression alternatives(boolean ignoreCase, boolean dotAll) {
    if (++depth > MOST_DEPTH) {
      throw new PatternException("is nested more than " + MOST_DEPTH + " deep");
    }
    List<Expression> branches = new ArrayList<>();
    do {
      branches.add(sequence(ignoreCase, dotAll));
    } while (next("|"));
    depth--;
    return branches.size() == 1 ? branches.get(0) : new Expression.Alternatives(branches);
  }

  private Expression sequence(boolean ignoreCase, boolean dotAll) {
    List<Expression> parts = new ArrayList<>();
    boolean ignores = ignoreCase;
    boolean dots = dotAll;
    while (!atEnd()) {
      Flags flags = flagsOfTheRest(ignores, dots);
      if (flags != null) {
        // Flags up to the end of the group hold for its later branches, too.
        ignores = flags.ignoreCase;
        dots = flags.dotAll;
        parts.add(alternatives(ignores, dots));
      } else {
        parts.add(repeated(atom(ignores, dots)));
      }
    }
    return new Expression.Sequence(parts);
  }

  private record Flags(boolean ignoreCase, boolean dotAll) {}

  /** Flags such as {@code (?i)}; null if there are none here. */
  private Flags flagsOfTheRest(boolean ignoreCase, boolean dotAll) {
    int end = flagsEnd();
    if (end < 0 || pattern.charAt(end) != ')') {
      return null;
    }
    Flags flags = flags(pattern.substring(at + 2, end), ignoreCase, dotAll);
    at = end + 1;
    return flags;
  }

  /** Where flags end that begin here, with {@code )} or {@code :}; -1 if none begin here. */
  private int flagsEnd() {
    if (!pattern.startsWith("(?", at)) {
      return -1;
    }
    int end = at + 2;
    while (end < pattern.length() && "imsx-".indexOf(pattern.charAt(end)) >= 0) {
      end++;
    }
    boolean ends = end < pattern.length() && ":)".indexOf(pattern.charAt(end)) >= 0;
    return ends && (end > at + 2 || pattern.charAt(end) == ':') ? end : -1;
  }

  private static Flags flags(String written, boolean ignoreCase, boolean dotAll) {
    boolean on = true;
    boolean ignores = ignoreCase;
    boolean dots = dotAll;
    for (int i = 0; i < written.length(); i++) {
      char c = written.charAt(i);
      switch (c) {
        case '-' -> on = false;
        case 'i' -> ignores = on;
        case 'm', 's' -> dots = on;
        default -> throw new PatternException("has the flag " + c + ", which is not supported");
      }
    }
    return new Flags(ignores, dots);
  }

  private Expression atom(boolean ignoreCase, boolean dotAll) {
    char c = pattern.charAt(at);
    return switch (c) {
      case '(' -> group(ignoreCase, dotAll);
      case '[' -> one(classText(), ignoreCase, dotAll);
      case '\\' -> escape(ignoreCase, dotAll);
      case '^', '$' -> {
        at++;
        yield new Expression.Condition();
      }
      case '*', '+', '?' -> throw new PatternException("repeats nothing at character " + (at + 1));
      case '.' -> {
        at++;
        yield one(".", ignoreCase, dotAll);
      }
      default -> {
        int character = pattern.codePointAt(at);
        at += Character.charCount(character);
        yield one(java.util.regex.Pattern.quote(Character.toString(character)), ignoreCase, dotAll);
      }
    };
  }

  private Expression one(String set, boolean ignoreCase, boolean dotAll) {
    return new Expression.One(samples.of(set, ignoreCase, dotAll));
  }

  private Expression group(boolean ignoreCase, boolean dotAll) {
    int flagsEnd = flagsEnd();
    if (flagsEnd >= 0) {
      Flags flags = flags(pattern.substring(at + 2, flagsEnd), ignoreCase, dotAll);
      at = flagsEnd + 1;
      return closed(flags.ignoreCase, flags.dotAll);
    }
    for (String condition : List.of("(?=", "(?!", "(?<=", "(?<!")) {
      if (next(condition)) {
        inner.add(closed(ignoreCase, dotAll));
        return new Expression.Condition();
      }
    }
    if (next("(?>")) {
      Expression atomic = closed(ignoreCase, dotAll);
      inner.add(atomic);
      return atomic;
    }
    if (next("(?<") || next("(?P<")) {
      int end = pattern.indexOf('>', at);
      if (end < 0) {
        throw new PatternException("has a group whose name does not end");
      }
      at = end + 1;
      return closed(ignoreCase, dotAll);
    }
    if (pattern.startsWith("(?", at) || pattern.startsWith("(*", at)) {
      int end = Math.min(pattern.length(), at + 4);
      throw new PatternException(
          "has "
              + pattern.substring(at, end)
              + " at character "
              + (at + 1)
              + ", which is not"
              + " supported");
    }
    at++;
    return closed(ignoreCase, dotAll);
  }

  private Expression closed(boolean ignoreCase, boolean dotAll) {
    Expression expression = alternatives(ignoreCase, dotAll);
    if (!next(")")) {
      throw new PatternException("has a ( without )");
    }
    return expression;
  }

  /** The text of the class that begins here. */
  private String classText() {
    int begin = at;
    int open = 0;
    do {
      if (at >= pattern.length()) {
        throw new PatternException("has a [ without ]");
      }
      char c = pattern.charAt(at++);
      if (c == '\\') {
        at++;
      } else if (c == '[') {
        open++;
        next("^");
        next("]"); // stands for itself in the first place
      } else if (c == ']') {
        open--;
      }
    } while (open > 0);
    return posix(pattern.substring(begin, Math.min(at, pattern.length())));
  }

  /** The same class with {@code \p{Alpha}} for {@code [:alpha:]}, and a first ] escaped. */
  private static String posix(String text) {
    String replaced =
        text.replaceAll("\\[:(\\w)(\\w+):]", "\\\\p{$1$2}")
            .replaceAll("\\[:\\^(\\w)(\\w+):]", "\\\\P{$1$2}")
            .replaceAll("^(\\[\\^?)]", "$1\\\\]");
    StringBuilder capital = new StringBuilder(replaced);
    for (int i = capital.indexOf("\\p{"); i >= 0; i = capital.indexOf("\\p{", i + 3)) {
      if (i + 3 < capital.length() && text.contains("[:")) {
        capital.setCharAt(i + 3, Character.toUpperCase(capital.charAt(i + 3)));
      }
    }
    return capital.toString();
  }

  private Expression escape(boolean ignoreCase, boolean dotAll) {
    if (at + 1 >= pattern.length()) {
      throw new PatternException("ends with \\");
    }
    int begin = at;
    char c = pattern.charAt(at + 1);
    at += 2;
    if ("bBAzZG".indexOf(c) >= 0) {
      return new Expression.Condition();
    }
    if ((c >= '1' && c <= '9') || "kgKXRQE".indexOf(c) >= 0) {
      throw new PatternException(
          "has \\" + c + " at character " + (begin + 1) + ", which is not supported");
    }
    if (c == 'p' || c == 'P') {
      int end = pattern.startsWith("{", at) ? pattern.indexOf('}', at) + 1 : at + 1;
      at = end <= at ? pattern.length() : Math.min(end, pattern.length());
    } else if ((c == 'x' && next("{")) || c == 'x' || c == 'u') {
      int digits = c == 'u' ? 4 : 2;
      int end = pattern.charAt(at - 1) == '{' ? pattern.indexOf('}', at) + 1 : at + digits;
      at = end <= at ? pattern.length() : Math.min(end, pattern.length());
    } else if (c == 'h' || c == 'H') {
      return one(c == 'h' ? "[0-9a-fA-F]" : "[^0-9a-fA-F]", ignoreCase, dotAll);
    }
    return one(pattern.substring(begin, at), ignoreCase, dotAll);
  }

  private Expression repeated(Expression atom) {
    Expression result = atom;
    while (at < pattern.length()) {
      char c = pattern.charAt(at);
      if ((c == '{' && counts() == null) || "*+?{".indexOf(c) < 0) {
        return result;
      }
      int least = c == '+' ? 1 : 0;
      int most = c == '?' ? 1 : Integer.MAX_VALUE;
      if (c == '{') {
        int[] counts = counts();
        least = counts[0];
        most = counts[1];
        at = counts[2];
      } else {
        at++;
      }
      boolean isLazy = next("?");
      if (c == '{' && !isLazy && result instanceof Expression.One one && next("+")) {
        Expression again = new Expression.Recounted(one);
        result = least == 0 ? new Expression.Repeat(again, 0, 1) : again;
      } else {
        if (c != '{' && !isLazy) {
          next("+"); // possessive: it gives nothing back, and is taken as if it did
        }
        result = repeat(result, least, most);
      }
    }
    return result;
  }

  private static Expression repeat(Expression part, int least, int most) {
    if (most > 1 && Positions.isNullable(part)) {
      throw new PatternException(
          "repeats what may be empty, which can be matched in too many ways");
    }
    if (most <= MOST_COUNTED) {
      return new Expression.Repeat(part, least, most);
    }
    return new Expression.Repeat(part, Math.min(least, 1), Integer.MAX_VALUE);
  }

  /** Least, most, and where the text goes on; null if the brace is a character here. */
  private int[] counts() {
    int end = pattern.indexOf('}', at);
    if (end < 0) {
      return null;
    }
    String text = pattern.substring(at + 1, end);
    if (!text.matches("[0-9]{1,6}(,[0-9]{0,6})?|,[0-9]{1,6}")) {
      return null;
    }
    int comma = text.indexOf(',');
    if (comma < 0) {
      int count = Integer.parseInt(text);
      return new int[] {count, count, end + 1};
    }
    int least = comma == 0 ? 0 : Integer.parseInt(text.substring(0, comma));
    int most =
        comma == text.length() - 1
            ? Integer.MAX_VALUE
            : Integer.parseInt(text.substring(comma + 1));
    return new int[] {least, most, end + 1};
  }
}
