package dev.espalier.engine.text;

import java.util.Arrays;
import java.util.function.Function;

/**
 * The tokens of parts that long texts have in common, such as a document that many rows of a job
 * begin with. A text is cut into parts of some dozen characters at places that its characters alone
 * decide on, so that equal passages give equal parts wherever they stand. What is seen for the
 * first time is tokenised together with its neighbours; what comes again is tokenised once more by
 * itself and kept. Bounded; thread-safe.
 */
final class SharedParts {
  /** Parts are cut at one of so many places, a power of two. */
  private static final int SPACING = 8;

  /** The same where a text may be cut anywhere. */
  private static final int WIDE_SPACING = 64;

  /** Characters before a cut that decide on it. */
  private static final int WINDOW = 6;

  private static final int STRIPES = 16;
  private static final int MOST_SEEN = 1 << 20;

  private final TextCuts cuts;
  private final EncodingCache[] kept = new EncodingCache[STRIPES];
  private final long[] seen; // hashes, each at a place of its own; a race may lose one

  /**
   * @param capacity in characters over all parts that are kept
   */
  SharedParts(TextCuts cuts, long capacity) {
    this.cuts = cuts;
    Arrays.setAll(kept, stripe -> new EncodingCache(capacity / STRIPES));
    long places = Math.max(1, Math.min(MOST_SEEN, capacity / 32));
    this.seen = new long[(int) Long.highestOneBit(places)];
  }

  /**
   * The tokens of {@code text}.
   *
   * @param encoder gives those of a part
   */
  int[] encode(String text, Function<String, int[]> encoder) {
    Tokens tokens = new Tokens(text.length() / 2);
    int unknown = 0; // from here to the part nothing is known
    for (int start = 0; start < text.length(); ) {
      int end = start + 1;
      long hash = text.charAt(start);
      while (end < text.length() && !isCut(text, end)) {
        hash = hash * 0x5851f42d4c957f2dL + text.charAt(end++);
      }
      hash = mix(hash + end - start);
      int place = (int) hash & (seen.length - 1);
      if (seen[place] == hash) {
        if (unknown < start) {
          tokens.add(encoder.apply(text.substring(unknown, start)));
        }
        int stripe = (int) (hash >>> 32) & (STRIPES - 1);
        tokens.add(kept[stripe].get(text.substring(start, end), encoder));
        unknown = end;
      } else {
        seen[place] = hash;
      }
      start = end;
    }
    if (unknown == 0) {
      return encoder.apply(text);
    }
    if (unknown < text.length()) {
      tokens.add(encoder.apply(text.substring(unknown)));
    }
    return tokens.toArray();
  }

  private boolean isCut(String text, int index) {
    if (!cuts.at(text, index)) {
      return false;
    }
    int hash = 0;
    for (int i = Math.max(0, index - WINDOW); i < index; i++) {
      hash = hash * 31 + text.charAt(i);
    }
    return ((hash * 0x9e3779b9) >>> 16 & (spacing() - 1)) == 0;
  }

  private int spacing() {
    return cuts.areAnywhere() ? WIDE_SPACING : SPACING;
  }

  private static long mix(long value) {
    long mixed = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    return mixed ^ (mixed >>> 31);
  }

  /** A growing array. */
  private static final class Tokens {
    private int[] tokens;
    private int count;

    Tokens(int capacity) {
      tokens = new int[capacity];
    }

    void add(int[] more) {
      if (count + more.length > tokens.length) {
        tokens = Arrays.copyOf(tokens, Math.max(2 * tokens.length, count + more.length));
      }
      System.arraycopy(more, 0, tokens, count, more.length);
      count += more.length;
    }

    int[] toArray() {
      return Arrays.copyOf(tokens, count);
    }
  }
}
