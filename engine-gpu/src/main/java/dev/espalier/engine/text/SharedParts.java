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
  private static final int SPACING = 16;

  /** The same where a text may be cut anywhere. */
  private static final int WIDE_SPACING = 64;

  /** Characters before a cut that decide on it. */
  private static final int WINDOW = 6;

  /**
   * Characters of known parts in a row that are worth a cut: what is shorter, such as a common
   * word, is tokenised with its neighbours at less cost.
   */
  private static final int SHORTEST = 128;

  private static final int STRIPES = 16;
  private static final int MOST_SEEN = 1 << 20;

  private final TextCuts cuts;
  private final int spacing;
  private final EncodingCache[] kept = new EncodingCache[STRIPES];

  // Hashes of what was seen, each at a place of its own; a race may lose one. What comes once never
  // takes the place of what came again.
  private final long[] once;
  private final long[] again;

  /**
   * @param capacity in characters over all parts that are kept
   */
  SharedParts(TextCuts cuts, long capacity) {
    this.cuts = cuts;
    this.spacing = cuts.areAnywhere() ? WIDE_SPACING : SPACING;
    Arrays.setAll(kept, stripe -> new EncodingCache(capacity / STRIPES));
    long places = Math.max(1, Math.min(MOST_SEEN, capacity / 32));
    this.once = new long[(int) Long.highestOneBit(places)];
    this.again = new long[once.length];
  }

  /**
   * The tokens of {@code text}.
   *
   * @param encoder gives those of a part
   */
  int[] encode(String text, Function<String, int[]> encoder) {
    Parts parts = cut(text);
    Tokens tokens = new Tokens(text.length() / 2);
    int done = 0; // up to here there are tokens
    for (int part = 0; part < parts.count; ) {
      int first = part;
      while (part < parts.count && parts.known[part]) {
        part++;
      }
      if (parts.end(part - 1) - parts.end(first - 1) >= SHORTEST) {
        if (done < parts.end(first - 1)) {
          tokens.add(encoder.apply(text.substring(done, parts.end(first - 1))));
        }
        for (int i = first; i < part; i++) {
          String own = text.substring(parts.end(i - 1), parts.ends[i]);
          tokens.add(kept[parts.stripes[i]].get(own, encoder));
        }
        done = parts.end(part - 1);
      }
      part++; // one that is not known
    }
    if (done == 0) {
      return encoder.apply(text);
    }
    if (done < text.length()) {
      tokens.add(encoder.apply(text.substring(done)));
    }
    return tokens.toArray();
  }

  /** Which parts the text has, and which of them were there before. */
  private Parts cut(String text) {
    char[] characters = text.toCharArray();
    Parts parts = new Parts(characters.length / 64 + 2);
    for (int start = 0; start < characters.length; ) {
      int end = start + 1;
      long hash = characters[start];
      while (end < characters.length && !isCut(characters, end)) {
        hash = hash * 0x5851f42d4c957f2dL + characters[end++];
      }
      hash = mix(hash + end - start);
      int place = (int) hash & (once.length - 1);
      boolean known = again[place] == hash;
      if (!known && once[place] == hash) {
        again[place] = hash;
        known = true;
      } else {
        once[place] = hash;
      }
      parts.add(end, known, (int) (hash >>> 32) & (STRIPES - 1));
      start = end;
    }
    return parts;
  }

  private boolean isCut(char[] text, int index) {
    if (!cuts.at(text[index - 1], text[index])) {
      return false;
    }
    int hash = 0;
    for (int i = Math.max(0, index - WINDOW); i < index; i++) {
      hash = hash * 31 + text[i];
    }
    return ((hash * 0x9e3779b9) >>> 16 & (spacing - 1)) == 0;
  }

  private static long mix(long value) {
    long mixed = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    return mixed ^ (mixed >>> 31);
  }

  /** The parts of a text in their order. */
  private static final class Parts {
    private int[] ends;
    private boolean[] known;
    private int[] stripes;
    private int count;

    Parts(int capacity) {
      ends = new int[capacity];
      known = new boolean[capacity];
      stripes = new int[capacity];
    }

    void add(int end, boolean isKnown, int stripe) {
      if (count == ends.length) {
        ends = Arrays.copyOf(ends, 2 * count);
        known = Arrays.copyOf(known, 2 * count);
        stripes = Arrays.copyOf(stripes, 2 * count);
      }
      ends[count] = end;
      known[count] = isKnown;
      stripes[count++] = stripe;
    }

    /** Where a part ends; 0 for the one before the first. */
    int end(int part) {
      return part < 0 ? 0 : ends[part];
    }
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
