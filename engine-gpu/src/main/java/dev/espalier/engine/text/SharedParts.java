package dev.espalier.engine.text;

import java.util.Arrays;
import java.util.function.Function;

/**
 * The tokens of parts that texts have in common: the words of a language, and so the document that
 * many rows of a job begin with. A text is cut at places that its characters alone decide on, so
 * that equal passages give equal parts wherever they stand. What is seen for the first time is
 * tokenised together with its neighbours; what comes again is tokenised once more by itself and
 * kept. Whole passages of the beginning of a text, which rows of a group share, are kept in the
 * same way, so that their words are not looked up one by one. Bounded; thread-safe.
 */
final class SharedParts {
  /** Where a text may be cut anywhere, it is at one of so many places, a power of two. */
  private static final int SPACING = 64;

  /** Characters before a cut that decide on it there. */
  private static final int WINDOW = 6;

  private static final long MULTIPLIER = 0x5851f42d4c957f2dL;

  /** Longer parts are found by their text, and counted by its length. */
  private static final int LONG = 64;

  /**
   * Characters of known parts between unknown ones that are worth two calls of the encoder instead
   * of one.
   */
  private static final int WORTH_A_CALL = 16;

  /** Characters of a passage, up to the next cut. */
  private static final int PASSAGE = 512;

  private static final int MOST_KEPT = 1 << 18;
  private static final int MOST_PASSAGES = 1 << 15;
  private static final int MOST_SEEN = 1 << 20;

  /** Of the capacity, in characters, what a place of a table stands for. */
  private static final int OF_A_PLACE = 32;

  private final TextCuts cuts;
  private final KnownParts known;
  private final KnownParts passages;
  private final EncodingCache longer;

  /** Hashes of what was seen once, each at a place of its own; a race may lose one. */
  private final long[] seen;

  /**
   * @param capacity in characters over all parts that are kept
   */
  SharedParts(TextCuts cuts, long capacity) {
    this.cuts = cuts;
    int places = (int) Math.max(2, Math.min(MOST_SEEN, capacity / OF_A_PLACE));
    known = new KnownParts(Math.min(MOST_KEPT, places));
    passages = new KnownParts((int) Math.max(2, Math.min(MOST_PASSAGES, capacity / PASSAGE)));
    longer = new EncodingCache(capacity);
    seen = new long[Integer.highestOneBit(places)];
  }

  /**
   * The tokens of {@code text}, not to be changed.
   *
   * @param encoder gives those of a part
   */
  int[] encode(String text, Function<String, int[]> encoder) {
    if (text.isEmpty()) {
      return encoder.apply(text);
    }
    char[] characters = text.toCharArray();
    Tokens tokens = new Tokens(characters.length / 3 + 8);
    int start = 0;
    for (int end = passage(characters, 0); end > 0; end = passage(characters, start)) {
      int[] ofPassage = ofPassage(characters, start, end, encoder);
      if (ofPassage == null) {
        break;
      }
      tokens.add(ofPassage);
      start = end;
    }
    encode(characters, start, characters.length, encoder, tokens);
    return tokens.toArray();
  }

  /** Where a passage ends that begins at {@code start}; 0 if the text ends before. */
  private int passage(char[] text, int start) {
    for (int end = start + PASSAGE; end < text.length; end++) {
      if (isCut(text, end)) {
        return end;
      }
    }
    return 0;
  }

  /** The tokens of a passage that was there before; null for one that was not. */
  private int[] ofPassage(char[] text, int start, int end, Function<String, int[]> encoder) {
    long hash = text[start];
    for (int i = start + 1; i < end; i++) {
      hash = hash * MULTIPLIER + text[i];
    }
    hash = mix(hash + end - start);
    int[] kept = passages.get(hash, text, start, end);
    if (kept != null || !wasSeen(hash)) {
      return kept;
    }
    Tokens tokens = new Tokens((end - start) / 3 + 8);
    encode(text, start, end, encoder, tokens);
    int[] all = tokens.toArray();
    passages.put(hash, text, start, end, all);
    return all;
  }

  private void encode(
      char[] text, int from, int to, Function<String, int[]> encoder, Tokens tokens) {
    Parts parts = cut(text, from, to, encoder);
    int done = from; // up to here there are tokens
    for (int part = 0; part < parts.count; part++) {
      int first = part;
      while (part < parts.count && parts.tokens[part] != null) {
        part++;
      }
      int start = parts.end(first - 1);
      int end = parts.end(part - 1);
      if (start == done || end - start >= WORTH_A_CALL) {
        if (done < start) {
          tokens.add(encoder.apply(new String(text, done, start - done)));
        }
        for (int i = first; i < part; i++) {
          tokens.add(parts.tokens[i]);
        }
        done = end;
      }
    }
    if (done < to) {
      tokens.add(encoder.apply(new String(text, done, to - done)));
    }
  }

  private Parts cut(char[] text, int from, int to, Function<String, int[]> encoder) {
    Parts parts = new Parts(from, (to - from) / 4 + 2);
    for (int start = from; start < to; ) {
      int end = start + 1;
      long hash = text[start];
      while (end < to && !isCut(text, end)) {
        hash = hash * MULTIPLIER + text[end++];
      }
      parts.add(end, tokens(mix(hash + end - start), text, start, end, encoder));
      start = end;
    }
    return parts;
  }

  /** Those of a part that was there before; null for one that was not. */
  private int[] tokens(
      long hash, char[] text, int start, int end, Function<String, int[]> encoder) {
    boolean isLong = end - start > LONG;
    if (!isLong) {
      int[] tokens = known.get(hash, text, start, end);
      if (tokens != null) {
        return tokens;
      }
    }
    if (!wasSeen(hash)) {
      return null;
    }
    String part = new String(text, start, end - start);
    if (isLong) {
      return longer.get(part, encoder);
    }
    int[] tokens = encoder.apply(part);
    known.put(hash, text, start, end, tokens);
    return tokens;
  }

  private boolean wasSeen(long hash) {
    int place = (int) (hash >>> 32) & (seen.length - 1);
    boolean was = seen[place] == hash;
    seen[place] = hash;
    return was;
  }

  private boolean isCut(char[] text, int index) {
    if (!cuts.at(text[index - 1], text[index])) {
      return false;
    }
    if (!cuts.areAnywhere()) {
      return true;
    }
    int hash = 0;
    for (int i = Math.max(0, index - WINDOW); i < index; i++) {
      hash = hash * 31 + text[i];
    }
    return ((hash * 0x9e3779b9) >>> 16 & (SPACING - 1)) == 0;
  }

  private static long mix(long value) {
    long mixed = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    return mixed ^ (mixed >>> 31);
  }

  /** The parts of a text in their order. */
  private static final class Parts {
    private final int start;
    private int[] ends;
    private int[][] tokens; // null for a part that was not there before
    private int count;

    Parts(int start, int capacity) {
      this.start = start;
      ends = new int[capacity];
      tokens = new int[capacity][];
    }

    void add(int end, int[] ofPart) {
      if (count == ends.length) {
        ends = Arrays.copyOf(ends, 2 * count);
        tokens = Arrays.copyOf(tokens, 2 * count);
      }
      ends[count] = end;
      tokens[count++] = ofPart;
    }

    /** Where a part ends; their start for the one before the first. */
    int end(int part) {
      return part < 0 ? start : ends[part];
    }
  }

  /** A growing array. */
  private static final class Tokens {
    private static final int FEW = 16; // faster one by one

    private int[] tokens;
    private int count;

    Tokens(int capacity) {
      tokens = new int[capacity];
    }

    void add(int[] more) {
      if (count + more.length > tokens.length) {
        tokens = Arrays.copyOf(tokens, Math.max(2 * tokens.length, count + more.length));
      }
      if (more.length > FEW) {
        System.arraycopy(more, 0, tokens, count, more.length);
        count += more.length;
        return;
      }
      for (int token : more) {
        tokens[count++] = token;
      }
    }

    int[] toArray() {
      return Arrays.copyOf(tokens, count);
    }
  }
}
