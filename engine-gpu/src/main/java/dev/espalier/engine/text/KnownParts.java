package dev.espalier.engine.text;

import java.util.Arrays;

/**
 * The tokens of parts of texts, at most a few dozen characters long, found without a lock and
 * without making a text of them. Each has one of two places; what was asked for longer ago makes
 * room. Thread-safe: a race may lose a part, never mix two.
 */
final class KnownParts {
  /** Two places each. */
  private final Part[] places;

  private final int mask;

  private static final class Part {
    final long hash;
    final char[] characters;
    final int[] tokens;

    Part(long hash, char[] characters, int[] tokens) {
      this.hash = hash;
      this.characters = characters;
      this.tokens = tokens;
    }
  }

  /**
   * @param most parts that are kept, at least 2
   */
  KnownParts(int most) {
    places = new Part[Integer.highestOneBit(most)];
    mask = places.length - 2; // an even index
  }

  /** The tokens of {@code text[start .. end)}, not to be changed; null where they are not known. */
  int[] get(long hash, char[] text, int start, int end) {
    int place = (int) hash & mask;
    Part first = places[place];
    if (first != null && is(first, hash, text, start, end)) {
      return first.tokens;
    }
    Part second = places[place + 1];
    if (second != null && is(second, hash, text, start, end)) {
      places[place] = second;
      places[place + 1] = first;
      return second.tokens;
    }
    return null;
  }

  private static boolean is(Part part, long hash, char[] text, int start, int end) {
    return part.hash == hash
        && Arrays.equals(part.characters, 0, part.characters.length, text, start, end);
  }

  /** Keeps tokens that are not changed from now on. */
  void put(long hash, char[] text, int start, int end, int[] tokens) {
    int place = (int) hash & mask;
    places[place + 1] = places[place];
    places[place] = new Part(hash, Arrays.copyOfRange(text, start, end), tokens);
  }
}
