package dev.espalier.engine.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class KnownPartsTest {
  private static final char[] TEXT = "one two three".toCharArray();

  @Test
  void ofPartsWithOneHashEachHasItsOwnTokens() {
    KnownParts parts = new KnownParts(2);
    parts.put(7, TEXT, 0, 3, new int[] {1});
    parts.put(7, TEXT, 3, 7, new int[] {2, 3});
    assertThat(parts.get(7, TEXT, 0, 3)).containsExactly(1);
    assertThat(parts.get(7, TEXT, 3, 7)).containsExactly(2, 3);
    assertThat(parts.get(7, TEXT, 3, 8)).isNull();
    assertThat(parts.get(9, TEXT, 0, 3)).isNull();
  }

  @Test
  void whatWasAskedForLongerAgoMakesRoom() {
    KnownParts parts = new KnownParts(2);
    parts.put(1, TEXT, 0, 3, new int[] {1});
    parts.put(2, TEXT, 3, 7, new int[] {2});
    assertThat(parts.get(1, TEXT, 0, 3)).containsExactly(1);
    parts.put(3, TEXT, 7, 13, new int[] {3});
    assertThat(parts.get(1, TEXT, 0, 3)).containsExactly(1);
    assertThat(parts.get(3, TEXT, 7, 13)).containsExactly(3);
    assertThat(parts.get(2, TEXT, 3, 7)).isNull();
  }

  @Test
  void manyThreadsNeverSeeTheTokensOfAnother() throws Exception {
    KnownParts parts = new KnownParts(8);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    List<Future<Integer>> found = new ArrayList<>();
    for (int thread = 0; thread < 4; thread++) {
      int seed = thread;
      found.add(threads.submit(() -> hits(parts, new Random(seed))));
    }
    for (Future<Integer> one : found) {
      assertThat(one.get()).isPositive();
    }
    threads.shutdown();
  }

  /** Puts and gets parts of which many share a place; the tokens tell the part. */
  private static int hits(KnownParts parts, Random random) {
    int hits = 0;
    for (int i = 0; i < 100_000; i++) {
      char[] text = {(char) ('a' + random.nextInt(20))};
      int[] tokens = parts.get(text[0] & 3, text, 0, 1);
      if (tokens == null) {
        parts.put(text[0] & 3, text, 0, 1, new int[] {text[0], text[0]});
      } else {
        assertThat(tokens).containsExactly(text[0], text[0]);
        hits++;
      }
    }
    return hits;
  }
}
