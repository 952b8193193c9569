package dev.espalier.engine.constrain.vocabulary;

/**
 * A set of tokens.
 *
 * @param words bit {@code t & 63} of word {@code t >> 6} is set for token {@code t}; never changed
 * @param count how many tokens
 * @param only the token if there is exactly one, else -1
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; read on the hot path
public record Mask(long[] words, int count, int only) implements MaskCache.Entry {

  public static Mask of(long[] words) {
    int count = 0;
    int last = -1;
    for (int i = 0; i < words.length; i++) {
      if (words[i] != 0) {
        count += Long.bitCount(words[i]);
        last = 64 * i + 63 - Long.numberOfLeadingZeros(words[i]);
      }
    }
    return new Mask(words, count, count == 1 ? last : -1);
  }

  public boolean contains(int token) {
    return token >= 0 && token >> 6 < words.length && (words[token >> 6] >>> token & 1) != 0;
  }

  @Override
  public long sizeInBytes() {
    return 8L * words.length + 64;
  }

  public static long[] wordsFor(int vocabularySize) {
    return new long[(vocabularySize + 63) >> 6];
  }
}
