package dev.espalier.yaml;

import java.util.Locale;
import java.util.Optional;

/** Finds the name that someone meant who wrote another. */
public final class NearestName {
  /** Changes, additions and removals of a character that a slip of the fingers makes. */
  private static final int MOST_CHANGES = 2;

  private NearestName() {}

  /** The name that is nearest to {@code typo}, the first of equals; none that is far from it. */
  public static Optional<String> of(String typo, Iterable<String> names) {
    String best = null;
    int least = Math.min(MOST_CHANGES, typo.codePointCount(0, typo.length()) - 1) + 1;
    for (String name : names) {
      int distance = distance(typo.toLowerCase(Locale.ROOT), name.toLowerCase(Locale.ROOT), least);
      if (distance < least) {
        least = distance;
        best = name;
      }
    }
    return Optional.ofNullable(best);
  }

  /** {@code did you mean NAME?} with {@code before} in front of it, or an empty text. */
  public static String hint(String before, String typo, Iterable<String> names) {
    return of(typo, names).map(name -> before + "did you mean " + name + "?").orElse("");
  }

  /** Levenshtein's edit distance, or some number from {@code enough} on. */
  private static int distance(String a, String b, int enough) {
    if (Math.abs(a.length() - b.length()) >= enough) {
      return enough;
    }
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
