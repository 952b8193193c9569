package dev.espalier.engine.generate;

import dev.espalier.engine.text.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Finds tokens for the beginning of a token that a stop cuts. The tokenizer's own tokens, if their
 * bytes are those asked for; where they are not, as with parts of characters, the longest tokens
 * that fit from the left. Thread-safe.
 */
final class ByteSpeller {
  private final Tokenizer tokenizer;
  private Map<String, Integer> tokensByBytes;
  private int longest;

  ByteSpeller(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /** Tokens whose bytes together are {@code bytes}; fewer if the vocabulary cannot spell them. */
  int[] spell(byte[] bytes) {
    int[] tokens =
        tokenizer.encodeContinuation(new String(bytes, StandardCharsets.UTF_8)).toArray();
    StringBuilder spelled = new StringBuilder();
    for (int token : tokens) {
      spelled.append(latin1(tokenizer.bytes(token)));
    }
    return spelled.toString().equals(latin1(bytes)) ? tokens : spellFromLeft(latin1(bytes));
  }

  private synchronized int[] spellFromLeft(String bytes) {
    if (tokensByBytes == null) {
      readVocabulary();
    }
    IntStream.Builder tokens = IntStream.builder();
    int at = 0;
    while (at < bytes.length()) {
      int end = Math.min(bytes.length(), at + longest);
      while (end > at && !tokensByBytes.containsKey(bytes.substring(at, end))) {
        end--;
      }
      if (end == at) {
        break;
      }
      tokens.add(tokensByBytes.get(bytes.substring(at, end)));
      at = end;
    }
    return tokens.build().toArray();
  }

  private void readVocabulary() {
    tokensByBytes = new HashMap<>();
    for (int token = 0; token < tokenizer.size(); token++) {
      byte[] bytes = tokenizer.bytes(token);
      if (bytes.length > 0) {
        tokensByBytes.putIfAbsent(latin1(bytes), token);
        longest = Math.max(longest, bytes.length);
      }
    }
  }

  private static String latin1(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
