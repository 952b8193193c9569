package dev.espalier.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A regular expression of Python's {@code re}, with Python's ideas of words, digits, white space
 * and ends of lines. Immutable and thread-safe.
 *
 * <p>What reads more than a fixed number of characters, as a pattern may that goes back and forth,
 * is refused by an {@link IllegalArgumentException} with a sentence for the user.
 */
public final class PythonPattern {
  private final String source;
  private final Pattern pattern;

  /** Matches as {@link #pattern} does, but nothing empty where the search begins. */
  private final Pattern advancing;

  private final Map<String, Integer> names;

  private PythonPattern(String source, String translated, Map<String, Integer> names) {
    this.source = source;
    this.pattern = Pattern.compile(translated);
    this.advancing = Pattern.compile("(?:" + translated + ")(?!\\G)");
    this.names = names;
  }

  /**
   * {@code re.compile(pattern)}.
   *
   * @throws IllegalArgumentException with a sentence for the user if it is none, or uses a
   *     conditional group, which is left out
   */
  public static PythonPattern compile(String pattern) {
    return compile(pattern, false);
  }

  /**
   * {@code re.compile(pattern, re.IGNORECASE)} if so.
   *
   * @throws IllegalArgumentException as {@link #compile(String)}
   */
  public static PythonPattern compile(String pattern, boolean ignoreCase) {
    PatternTranslator translator = new PatternTranslator(pattern, ignoreCase);
    String translated = translator.translated();
    try {
      return new PythonPattern(pattern, translated, translator.names());
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "the pattern `" + pattern + "` cannot be used: " + e.getDescription(), e);
    }
  }

  /** {@code re.escape(text)}: a pattern that matches this text. */
  public static String escape(String text) {
    StringBuilder escaped = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ("()[]{}?*+-|^$\\.&~# \t\n\r\u000b\f".indexOf(c) >= 0) {
        escaped.append('\\');
      }
      escaped.append(c);
    }
    return escaped.toString();
  }

  /** Where a pattern matches; positions count UTF-16 units. */
  public static final class Match {
    private final String text;
    private final int[] bounds;

    private Match(String text, Matcher matcher) {
      this.text = text;
      this.bounds = new int[2 * (matcher.groupCount() + 1)];
      for (int i = 0; i < bounds.length; i += 2) {
        bounds[i] = matcher.start(i / 2);
        bounds[i + 1] = matcher.end(i / 2);
      }
    }

    /** The text of a group, the whole match being the first; null if it took no part. */
    public String group(int number) {
      return start(number) < 0 ? null : text.substring(start(number), end(number));
    }

    /** The number of groups, without the whole match. */
    public int groups() {
      return bounds.length / 2 - 1;
    }

    public int start(int group) {
      return bounds[2 * group];
    }

    public int end(int group) {
      return bounds[2 * group + 1];
    }
  }

  /**
   * All matches, which do not overlap. Behind an empty one the search goes on at the same place,
   * for one that is not.
   */
  public List<Match> finditer(String text) {
    List<Match> matches = new ArrayList<>();
    CountedText counted = new CountedText(text);
    Matcher any = unbound(pattern.matcher(counted));
    Matcher notEmpty = null;
    int from = 0;
    boolean isBehindEmpty = false;
    while (from <= text.length()) {
      if (isBehindEmpty && notEmpty == null) {
        notEmpty = unbound(advancing.matcher(counted));
      }
      Matcher matcher = isBehindEmpty ? notEmpty : any;
      matcher.region(from, text.length());
      if (!find(matcher)) {
        break;
      }
      int start = matcher.start();
      boolean partsCharacter =
          start > 0
              && start < text.length()
              && Character.isSurrogatePair(text.charAt(start - 1), text.charAt(start));
      if (partsCharacter) {
        from = start + 1;
        isBehindEmpty = false;
        continue;
      }
      matches.add(new Match(text, matcher));
      from = matcher.end();
      isBehindEmpty = matcher.end() == start;
    }
    return matches;
  }

  /** Lets a search from within a text see all of it. */
  private static Matcher unbound(Matcher matcher) {
    return matcher.useAnchoringBounds(false).useTransparentBounds(true);
  }

  /** {@code re.search}: the first match. */
  public Optional<Match> search(String text) {
    Matcher matcher = pattern.matcher(new CountedText(text));
    return find(matcher) ? Optional.of(new Match(text, matcher)) : Optional.empty();
  }

  /** {@code re.match}: the match at the start of the text. */
  public Optional<Match> match(String text) {
    Matcher matcher = pattern.matcher(new CountedText(text));
    return guarded(matcher::lookingAt) ? Optional.of(new Match(text, matcher)) : Optional.empty();
  }

  /** {@code re.fullmatch}: the match of the whole text. */
  public Optional<Match> fullmatch(String text) {
    Matcher matcher = pattern.matcher(new CountedText(text));
    return guarded(matcher::matches) ? Optional.of(new Match(text, matcher)) : Optional.empty();
  }

  /**
   * {@code re.findall}: of each match the text, or that of its only group, or a tuple of those of
   * its groups; a group that took no part is empty.
   */
  public List<Object> findall(String text) {
    List<Object> found = new ArrayList<>();
    for (Match match : finditer(text)) {
      if (match.groups() == 0) {
        found.add(match.group(0));
        continue;
      }
      List<Object> groups = new ArrayList<>();
      for (int i = 1; i <= match.groups(); i++) {
        String group = match.group(i);
        groups.add(group == null ? "" : group);
      }
      found.add(groups.size() == 1 ? groups.get(0) : PythonText.tuple(groups));
    }
    return found;
  }

  /** {@code re.split}: the texts between matches, and those of groups. */
  public List<String> split(String text) {
    List<String> parts = new ArrayList<>();
    int from = 0;
    for (Match match : finditer(text)) {
      parts.add(text.substring(from, match.start(0)));
      for (int i = 1; i <= match.groups(); i++) {
        parts.add(match.group(i));
      }
      from = match.end(0);
    }
    parts.add(text.substring(from));
    return parts;
  }

  /** {@code re.sub(pattern, replacement, text)}. */
  public String sub(String replacement, String text) {
    return sub(replacement, text, 0);
  }

  /**
   * {@code re.sub(pattern, replacement, text, count)}.
   *
   * @param replacement may have escapes and {@code \1}, {@code \g<name>}
   * @param count of the matches to replace; 0 for all
   * @throws IllegalArgumentException if the replacement names no group
   */
  public String sub(String replacement, String text, long count) {
    int groups = pattern.matcher("").groupCount();
    List<Object> parts = PatternReplacement.parts(replacement, groups, names);
    StringBuilder replaced = new StringBuilder();
    int from = 0;
    long done = 0;
    for (Match match : finditer(text)) {
      if (count > 0 && done == count) {
        break;
      }
      replaced.append(text, from, match.start(0));
      for (Object part : parts) {
        if (part instanceof Integer group) {
          String found = match.group(group);
          replaced.append(found == null ? "" : found);
        } else {
          replaced.append(part);
        }
      }
      from = match.end(0);
      done++;
    }
    return replaced.append(text, from, text.length()).toString();
  }

  private boolean find(Matcher matcher) {
    return guarded(matcher::find);
  }

  private boolean guarded(java.util.function.BooleanSupplier search) {
    try {
      return search.getAsBoolean();
    } catch (StackOverflowError e) {
      throw new IllegalArgumentException(
          "the pattern `" + source + "` repeats a group too often in one text", e);
    } catch (CountedText.TooManyReadsException e) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "the pattern `%s` reads more than %,d characters to match one text",
              source,
              CountedText.MOST_READS),
          e);
    }
  }
}
