package dev.espalier.engine.constrain;

import dev.espalier.engine.ShortestOutput;
import dev.espalier.engine.constrain.vocabulary.VocabularyTrie;
import java.util.Arrays;
import java.util.BitSet;

/** How few bytes, and how few tokens, lead through an automaton to its end. */
final class ShortestPath {
  /** Nodes of the vocabulary's tree that the search for tokens looks at, before it estimates. */
  private static final long MAX_VISITS = 10_000_000;

  private ShortestPath() {}

  /**
   * From the start of {@code table} to a state that accepts. Looks at all states that are so many
   * tokens away, one number of tokens after the other.
   */
  static ShortestOutput of(ByteTable table, VocabularyTrie vocabulary) {
    int[] bytesLeft = bytesToEnd(table);
    BitSet seen = new BitSet(table.stateCount());
    seen.set(0);
    BitSet frontier = (BitSet) seen.clone();
    long visits = 0;
    for (int tokens = 0; ; tokens++) {
      if (frontier.stream().anyMatch(table::accepts)) {
        return new ShortestOutput(bytesLeft[0], tokens);
      }
      BitSet next = new BitSet(table.stateCount());
      for (int s = frontier.nextSetBit(0); s >= 0; s = frontier.nextSetBit(s + 1)) {
        visits +=
            table.walk(
                s,
                vocabulary,
                VocabularyTrie.Part.ALL,
                (target, from, to) -> {
                  if (table.isUsable(target) && !seen.get(target)) {
                    seen.set(target);
                    next.set(target);
                  }
                });
        if (visits > MAX_VISITS) {
          int least = frontier.stream().map(state -> bytesLeft[state]).min().orElse(0);
          return new ShortestOutput(bytesLeft[0], tokens + vocabulary.fewestTokens(least));
        }
      }
      frontier = next;
    }
  }

  /** Of each state: how many bytes there are to the nearest one that accepts. */
  private static int[] bytesToEnd(ByteTable table) {
    int states = table.stateCount();
    int[] firstEdge = new int[states + 1];
    for (int state = 0; state < states; state++) {
      for (int c = 0; c < table.classCount(); c++) {
        int next = table.nextOfClass(state, c);
        if (next >= 0) {
          firstEdge[next + 1]++;
        }
      }
    }
    for (int state = 0; state < states; state++) {
      firstEdge[state + 1] += firstEdge[state];
    }
    int[] before = new int[firstEdge[states]];
    int[] filled = Arrays.copyOf(firstEdge, states);
    int[] distance = new int[states];
    Arrays.fill(distance, Integer.MAX_VALUE);
    int[] queue = new int[states];
    int size = 0;
    for (int state = 0; state < states; state++) {
      for (int c = 0; c < table.classCount(); c++) {
        int next = table.nextOfClass(state, c);
        if (next >= 0) {
          before[filled[next]++] = state;
        }
      }
      if (table.accepts(state)) {
        distance[state] = 0;
        queue[size++] = state;
      }
    }
    for (int i = 0; i < size; i++) {
      for (int e = firstEdge[queue[i]]; e < firstEdge[queue[i] + 1]; e++) {
        if (distance[before[e]] == Integer.MAX_VALUE) {
          distance[before[e]] = distance[queue[i]] + 1;
          queue[size++] = before[e];
        }
      }
    }
    return distance;
  }
}
