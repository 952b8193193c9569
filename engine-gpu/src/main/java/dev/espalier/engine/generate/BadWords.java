package dev.espalier.engine.generate;

import dev.espalier.engine.text.Tokenizer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * The token sequences of words that an output must not complete, as vLLM's {@code bad_words}: each
 * word without the white space before it, and with one space before it if that changes its first
 * token and not the number of tokens. A word of white space alone, which vLLM refuses, is its own
 * tokens. Thread-safe.
 */
final class BadWords {
  private final Tokenizer tokenizer;

  BadWords(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /** Distinct words give their sequences in order; none is empty. */
  List<int[]> sequences(List<String> words) {
    List<int[]> sequences = new ArrayList<>();
    for (String word : new LinkedHashSet<>(words)) {
      String bare = word.substring(spaceBefore(word));
      if (bare.isEmpty()) {
        add(sequences, tokens(word));
        continue;
      }
      int[] plain = tokens(bare);
      int[] spaced = tokens(" " + bare);
      add(sequences, plain);
      if (spaced.length == plain.length && plain.length > 0 && spaced[0] != plain[0]) {
        sequences.add(spaced);
      }
    }
    return List.copyOf(sequences);
  }

  private int[] tokens(String text) {
    return tokenizer.encodeContinuation(text).toArray();
  }

  private static void add(List<int[]> sequences, int[] sequence) {
    if (sequence.length > 0) {
      sequences.add(sequence);
    }
  }

  /** How many characters Python's {@code str.lstrip} removes. */
  private static int spaceBefore(String word) {
    int at = 0;
    while (at < word.length() && isSpace(word.charAt(at))) {
      at++;
    }
    return at;
  }

  /** Python's {@code str.isspace}; all such characters are in the basic plane. */
  private static boolean isSpace(char c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == 0x85;
  }
}
