package dev.espalier.engine.constrain.network;

import dev.espalier.engine.constrain.vocabulary.VocabularyTrie;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Walks the vocabulary's tree and a network side by side. Configurations that are met again are not
 * computed again. Used for one mask; not thread-safe.
 */
final class TokenWalk {
  private final Network network;
  private final VocabularyTrie vocabulary;
  private final FramePool pool = new FramePool();
  private final Map<Configuration, Place> places = new HashMap<>();
  private final long[] words;
  private final ParseSteps steps;
  private int[] ends = new int[4];
  private int endCount;

  /** A configuration with what is known of its next ones. */
  private static final class Place {
    private static final Place NOWHERE = new Place(null);

    private final Configuration configuration;

    /** By the high and the low half of the byte. */
    private final Place[][] next = new Place[16][];

    private Place(Configuration configuration) {
      this.configuration = configuration;
    }
  }

  /**
   * @param words receives the tokens that can be read
   */
  TokenWalk(Network network, VocabularyTrie vocabulary, long[] words, ParseSteps steps) {
    this.steps = steps;
    this.network = network;
    this.vocabulary = vocabulary;
    this.words = words;
  }

  /** Reads all that lies below {@code top} in the tree, in a configuration that is met at top. */
  void below(int top, Configuration configuration) {
    below(top, configuration, VocabularyTrie.Part.ALL);
  }

  /** The same for a part of the tokens. */
  void below(int top, Configuration configuration, VocabularyTrie.Part part) {
    int topDepth = vocabulary.step(top) >> 8;
    Place[] placeAt = new Place[vocabulary.maxDepth() + 1];
    placeAt[topDepth] = place(configuration);
    int node = top + 1;
    int past = vocabulary.end(top);
    while (node < past) {
      int step = vocabulary.step(node);
      Place place =
          vocabulary.leadsTo(node, part)
              ? next(placeAt[(step >> 8) - 1], step & 0xFF)
              : Place.NOWHERE;
      if (place == Place.NOWHERE) {
        node = vocabulary.end(node);
        continue;
      }
      placeAt[step >> 8] = place;
      if (vocabulary.endsIn(node, part)) {
        vocabulary.addTokens(vocabulary.firstToken(node), vocabulary.firstToken(node + 1), words);
        if (place.configuration.isComplete()) {
          addEnd(node);
        }
      }
      node++;
    }
  }

  void addEnd(int node) {
    if (endCount == ends.length) {
      ends = Arrays.copyOf(ends, 2 * endCount);
    }
    ends[endCount++] = node;
  }

  /** The nodes at which the base automaton ended, ascending. */
  int[] ends() {
    return Arrays.stream(ends, 0, endCount).sorted().distinct().toArray();
  }

  FramePool pool() {
    return pool;
  }

  private Place place(Configuration configuration) {
    return places.computeIfAbsent(configuration, Place::new);
  }

  private Place next(Place from, int symbol) {
    Place[] row = from.next[symbol >> 4];
    if (row == null) {
      row = new Place[16];
      from.next[symbol >> 4] = row;
    }
    Place known = row[symbol & 15];
    if (known == null) {
      Configuration next = Recognizer.step(network, from.configuration, symbol, pool, steps);
      known = next == null ? Place.NOWHERE : place(next);
      row[symbol & 15] = known;
    }
    return known;
  }
}
