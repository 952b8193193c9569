package dev.espalier.engine.generate;

import java.util.Arrays;

/**
 * Distinct tokens in ascending order and how often each was counted. The arrays it hands out never
 * change. Not thread-safe.
 */
final class PenaltyCounts {
  private int[] tokens = {};
  private int[] counts = {};

  int[] tokens() {
    return tokens;
  }

  int[] counts() {
    return counts;
  }

  void addAll(int[] added) {
    int[] sorted = added.clone();
    Arrays.sort(sorted);
    int distinct = 0;
    int[] newTokens = new int[sorted.length];
    int[] newCounts = new int[sorted.length];
    for (int i = 0; i < sorted.length; i++) {
      if (i == 0 || sorted[i] != sorted[i - 1]) {
        newTokens[distinct++] = sorted[i];
      }
      newCounts[distinct - 1]++;
    }
    tokens = Arrays.copyOf(newTokens, distinct);
    counts = Arrays.copyOf(newCounts, distinct);
  }

  void add(int token) {
    int at = Arrays.binarySearch(tokens, token);
    if (at >= 0) {
      counts = counts.clone();
      counts[at]++;
      return;
    }
    tokens = insert(tokens, -at - 1, token);
    counts = insert(counts, -at - 1, 1);
  }

  private static int[] insert(int[] array, int index, int value) {
    int[] longer = Arrays.copyOf(array, array.length + 1);
    System.arraycopy(array, index, longer, index + 1, array.length - index);
    longer[index] = value;
    return longer;
  }
}
