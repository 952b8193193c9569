package dev.espalier.engine.text;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * The tokens of texts that were encoded lately, such as the instructions and examples that rows of
 * a job share. Forgets the longest unused first. Of those who ask for one text at once, one encodes
 * it. Thread-safe.
 */
final class EncodingCache {
  /** Of a text beside its characters and tokens, in characters. */
  private static final int FIXED_SIZE = 128;

  private static final long MOST = 1L << 25;

  private final long capacity;
  private final Map<String, Encoding> encodings = new LinkedHashMap<>(64, 0.75f, true);
  private long size;

  private static final class Encoding {
    int[] tokens; // guarded by this; null before the text is encoded
  }

  /**
   * @param capacity in characters over all texts
   */
  EncodingCache(long capacity) {
    this.capacity = capacity;
  }

  /** One that takes a small part of the memory this process may use. */
  static EncodingCache forThisHeap() {
    return new EncodingCache(ofThisHeap());
  }

  /** A small part of the memory this process may use, in characters. */
  static long ofThisHeap() {
    return Math.min(MOST, Runtime.getRuntime().maxMemory() / 64);
  }

  /**
   * The tokens of {@code text}, not to be changed.
   *
   * @param encoder is asked for them if they are not known
   */
  int[] get(String text, Function<String, int[]> encoder) {
    if (text.length() > capacity / 4) {
      return encoder.apply(text);
    }
    Encoding encoding = encoding(text);
    synchronized (encoding) {
      if (encoding.tokens == null) {
        encoding.tokens = encoder.apply(text);
      }
      return encoding.tokens;
    }
  }

  private Encoding encoding(String text) {
    @SuppressWarnings("UnusedVariable") // computed, and kept in the text, outside the lock
    int hash = text.hashCode();
    synchronized (encodings) {
      Encoding known = encodings.get(text);
      if (known != null) {
        return known;
      }
      Encoding encoding = new Encoding();
      encodings.put(text, encoding);
      size += FIXED_SIZE + text.length();
      Iterator<String> oldest = encodings.keySet().iterator();
      while (size > capacity && encodings.size() > 1) {
        size -= FIXED_SIZE + oldest.next().length();
        oldest.remove();
      }
      return encoding;
    }
  }
}
