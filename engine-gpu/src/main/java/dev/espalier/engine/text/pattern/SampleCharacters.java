package dev.espalier.engine.text.pattern;

import java.util.BitSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * The characters that stand for all in one pattern: those of Latin-1, some of each Unicode category
 * and script that tokenizers tell apart, and those that the pattern itself is written with, with
 * their neighbours. Two classes that have a character in common have one of these in common.
 */
final class SampleCharacters {
  private static final int PER_CATEGORY = 4;
  private static final int CATEGORIES = 32;

  /** Letters of scripts, digits, marks, blanks and signs that patterns name. */
  private static final String NAMED =
      "ſKΩßẞǅʰ一龥龯豈ぁゟァヿ가힣ㄱฃกًא०٣ⅷ²\u0300\u0301\u200d\u200b\u0085\u1680\u2028\u2029\u202f\u3000\ufeff。、！？–—…€";

  private final int[] characters;

  SampleCharacters(String pattern) {
    TreeSet<Integer> chosen = new TreeSet<>();
    for (int c = 0; c < 0x180; c++) {
      chosen.add(c);
    }
    int[] seen = new int[CATEGORIES];
    for (int c = 0x180; c < 0x20000; c++) {
      if (seen[Character.getType(c)]++ < PER_CATEGORY) {
        chosen.add(c);
      }
    }
    NAMED.codePoints().forEach(chosen::add);
    pattern
        .codePoints()
        .forEach(
            c -> {
              for (int near = Math.max(0, c - 1); near <= c + 1; near++) {
                chosen.add(near);
                chosen.add(Character.toLowerCase(near));
                chosen.add(Character.toUpperCase(near));
              }
            });
    chosen.removeIf(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    characters = chosen.stream().mapToInt(c -> c).toArray();
  }

  /**
   * Those that a class stands for.
   *
   * @param set a class such as {@code [^\s\p{L}]}, an escape such as {@code \p{N}}, or one
   *     character
   * @throws PatternException if it is not understood
   */
  BitSet of(String set, boolean ignoreCase, boolean dotAll) {
    int flags =
        Pattern.UNICODE_CHARACTER_CLASS
            | (ignoreCase ? Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE : 0)
            | (dotAll ? Pattern.DOTALL : 0);
    Pattern pattern;
    try {
      pattern = compiled(set, flags);
    } catch (PatternSyntaxException e) {
      throw new PatternException("has the character class " + set + ", which is not supported");
    }
    BitSet samples = new BitSet(characters.length);
    for (int i = 0; i < characters.length; i++) {
      if (pattern.matcher(Character.toString(characters[i])).matches()) {
        samples.set(i);
      }
    }
    return samples;
  }

  private static Pattern compiled(String set, int flags) {
    try {
      return Pattern.compile(set, flags);
    } catch (PatternSyntaxException e) {
      // Scripts have no prefix there: \p{Han}
      return Pattern.compile(set.replaceAll("\\\\([pP])\\{(\\^?)(\\w+)}", "\\\\$1{$2Is$3}"), flags);
    }
  }
}
