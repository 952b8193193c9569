package dev.espalier.engine.text;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The tokens of texts that were encoded lately, such as the instructions and examples that all rows
 * of a job share. Forgets the longest unused first. Thread-safe.
 */
final class EncodingCache {
  /** In characters; shorter texts are encoded about as fast as they are found. */
  static final int SHORTEST = 256;

  /** In characters over all texts. */
  private static final int CAPACITY = 1 << 22;

  private final Map<String, int[]> tokens = new LinkedHashMap<>(64, 0.75f, true);
  private int size;

  /** The tokens of {@code text}, not to be changed; null if they are not known. */
  synchronized int[] get(String text) {
    return tokens.get(text);
  }

  synchronized void put(String text, int[] encoded) {
    if (text.length() > CAPACITY / 4 || tokens.put(text, encoded) != null) {
      return;
    }
    size += text.length();
    Iterator<String> oldest = tokens.keySet().iterator();
    while (size > CAPACITY) {
      size -= oldest.next().length();
      oldest.remove();
    }
  }
}
