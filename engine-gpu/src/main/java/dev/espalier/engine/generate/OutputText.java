package dev.espalier.engine.generate;

import dev.espalier.engine.constrain.automaton.Dfa;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The bytes of an output as its tokens come, and the first stop in them. A stop counts from the
 * byte that completes it, whichever tokens it is spelled by: the one that is complete first ends
 * the output, among those complete at the same byte the one that begins first. A stop that would
 * leave an output that does not meet the constraint is no stop. Not thread-safe.
 */
final class OutputText {
  private final GenerationPlan plan;
  private final StopRules rules;
  private byte[] bytes = new byte[64];
  private int length;
  private int[] ends = new int[16];
  private int tokens;
  private int stopStart = -1;
  private int stopEnd = -1;

  // Of the pattern: code points read so far, the byte at which each begins, and the state after.
  private int[] codePoints = {};
  private int[] codePointStarts = {};
  private int read;
  private int readBytes;
  private int state;

  OutputText(GenerationPlan plan) {
    this.plan = plan;
    this.rules = plan.stops;
    if (rules.pattern() != null) {
      codePoints = new int[64];
      codePointStarts = new int[64];
      state = rules.pattern().anywhere().isEmpty() ? -1 : 0;
    }
  }

  /** Adds the bytes of the next token, and looks for a stop. */
  void append(byte[] token) {
    int from = length;
    appendUnchecked(token);
    boolean counts = tokens > rules.minTokens();
    if (counts) {
      findString(from);
    }
    if (rules.pattern() != null) {
      readPattern(counts);
    }
  }

  /** Adds the bytes of a token with which the output ends anyway. */
  void appendUnchecked(byte[] token) {
    if (length + token.length > bytes.length) {
      bytes = Arrays.copyOf(bytes, 2 * (length + token.length));
    }
    System.arraycopy(token, 0, bytes, length, token.length);
    length += token.length;
    if (tokens == ends.length) {
      ends = Arrays.copyOf(ends, 2 * tokens);
    }
    ends[tokens++] = length;
  }

  /** Whether a stop is complete. */
  boolean isStopped() {
    return stopEnd >= 0;
  }

  /** First byte of the stop. */
  int stopStart() {
    return stopStart;
  }

  /** Byte after the stop. */
  int stopEnd() {
    return stopEnd;
  }

  int length() {
    return length;
  }

  /** Byte after the token at {@code index}. */
  int end(int index) {
    return ends[index];
  }

  byte[] bytes(int from, int to) {
    return Arrays.copyOfRange(bytes, from, to);
  }

  /** The first {@code end} bytes as text; what is no UTF-8 becomes U+FFFD. */
  String text(int end) {
    return new String(bytes, 0, end, StandardCharsets.UTF_8);
  }

  private void findString(int from) {
    for (int end = from + 1; end <= length; end++) {
      for (byte[] stop : rules.strings()) {
        int start = end - stop.length;
        if (start >= 0 && Arrays.equals(bytes, start, end, stop, 0, stop.length)) {
          if (counts(start, end)) {
            found(start, end);
          }
        }
      }
      if (isStopped()) {
        return;
      }
    }
  }

  /** Byte at which a code point begins, of those read or the next one. */
  private int startOf(int codePoint) {
    return codePoint == read ? readBytes : codePointStarts[codePoint];
  }

  private boolean counts(int start, int end) {
    return plan.mayEndAfter(bytes, plan.sampling().includeStop() ? end : start);
  }

  private void found(int start, int end) {
    if (stopEnd < 0 || end < stopEnd || (end == stopEnd && start < stopStart)) {
      stopStart = start;
      stopEnd = end;
    }
  }

  private void readPattern(boolean counts) {
    Dfa anywhere = rules.pattern().anywhere();
    while (readBytes < length) {
      int size = Utf8Reader.size(bytes, readBytes, length);
      if (size == 0) {
        return; // the rest of the character is still to come
      }
      if (read == codePoints.length) {
        codePoints = Arrays.copyOf(codePoints, 2 * read);
        codePointStarts = Arrays.copyOf(codePointStarts, 2 * read);
      }
      int codePoint = Utf8Reader.codePoint(bytes, readBytes, size);
      codePoints[read] = codePoint;
      codePointStarts[read++] = readBytes;
      readBytes += size;
      state = state < 0 ? -1 : anywhere.step(state, codePoint);
      if (counts && state >= 0 && anywhere.accepts(state)) {
        int start =
            rules.pattern().startOfMatch(codePoints, read, at -> counts(startOf(at), readBytes));
        if (start >= 0) {
          found(startOf(start), readBytes);
          return;
        }
      }
    }
  }
}
