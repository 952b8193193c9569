package dev.espalier.prefix;

import dev.espalier.engine.TokenSequence;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/** Openings to plan. */
final class Openings {
  private Openings() {}

  /** Up to 60 short rows over three tokens: much is shared, repeated, empty. */
  static Arbitrary<List<Opening>> arbitrary() {
    return Arbitraries.integers()
        .between(0, 2)
        .array(int[].class)
        .ofMaxSize(6)
        .list()
        .ofMaxSize(60)
        .map(Openings::of);
  }

  /** Rows {@code r0}, {@code r1}, … with the given tokens. */
  static List<Opening> of(List<int[]> tokens) {
    List<Opening> openings = new ArrayList<>();
    for (int[] row : tokens) {
      openings.add(new Opening(TokenSequence.of(row), "r" + openings.size()));
    }
    return openings;
  }

  /** Rows in random order; those of a group share {@code prefix} tokens, all share 10. */
  static List<Opening> grouped(int rows, int groups, int prefix, int body, long seed) {
    Random random = new Random(seed);
    List<int[]> tokens = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      int group = row % groups;
      int[] opening = new int[prefix + body];
      for (int i = 0; i < opening.length; i++) {
        opening[i] = i < 10 ? i : i < prefix ? 1000 * group + i : random.nextInt(30_000);
      }
      tokens.add(opening);
    }
    List<Opening> openings = of(tokens);
    Collections.shuffle(openings, random);
    return openings;
  }

  static OpeningSummary summaryOf(List<Opening> openings, long sampleTokens) {
    OpeningSummary summary = new OpeningSummary(sampleTokens);
    openings.forEach(summary::add);
    return summary;
  }
}
