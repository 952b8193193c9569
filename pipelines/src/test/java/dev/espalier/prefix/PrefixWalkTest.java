package dev.espalier.prefix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.engine.TokenSequence;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PrefixWalkTest {
  @Provide
  Arbitrary<List<Opening>> openings() {
    return Openings.arbitrary();
  }

  @Property
  void totalsAndGroupsEqualThoseOfATrie(@ForAll("openings") List<Opening> openings) {
    TokenTrie trie = new TokenTrie();
    PrefixWalk walk = new PrefixWalk(4);
    openings.forEach(opening -> trie.add(opening.tokens()));
    sorted(openings).forEach(opening -> walk.add(opening.tokens()));
    PrefixStatistics statistics = walk.finish();
    PrefixTotals totals = statistics.totals();
    assertThat(totals.rows()).isEqualTo(openings.size());
    assertThat(totals.uniqueTokens()).isEqualTo(trie.nodes());
    assertThat(totals.achievableHits()).isEqualTo(trie.hits());
    assertThat(statistics.groups()).isEqualTo(trie.bestLevel(0)[1]);
    assertThat(totals.totalTokens())
        .isEqualTo(openings.stream().mapToLong(opening -> opening.tokens().length()).sum());
    assertThat(totals.rowsWithoutOpening())
        .isEqualTo(openings.stream().filter(opening -> opening.tokens().isEmpty()).count());
    assertThat(statistics.exact()).isTrue();
  }

  @Property
  void peakIsTheLargestTrieOfNeighboursInFlight(
      @ForAll("openings") List<Opening> openings, @ForAll @IntRange(min = 1, max = 9) int window) {
    List<Opening> sorted = sorted(openings);
    PrefixWalk walk = new PrefixWalk(window);
    sorted.forEach(opening -> walk.add(opening.tokens()));
    long largest = 0;
    for (int from = 0; from < sorted.size(); from++) {
      TokenTrie trie = new TokenTrie();
      sorted
          .subList(from, Math.min(sorted.size(), from + window))
          .forEach(opening -> trie.add(opening.tokens()));
      largest = Math.max(largest, trie.nodes());
    }
    assertThat(walk.finish().peakTokens()).isEqualTo(largest);
  }

  @Property
  void rangesJoinToTheTotalsOfTheWhole(
      @ForAll("openings") List<Opening> openings, @ForAll @IntRange(min = 1, max = 8) int size) {
    List<Opening> sorted = sorted(openings);
    PrefixWalk whole = new PrefixWalk(1);
    sorted.forEach(opening -> whole.add(opening.tokens()));
    List<WalkedRange> ranges = new ArrayList<>();
    for (int from = 0; from < sorted.size(); from += size) {
      PrefixWalk part = new PrefixWalk(1);
      sorted
          .subList(from, Math.min(sorted.size(), from + size))
          .forEach(opening -> part.add(opening.tokens()));
      ranges.add(0, part.range(from / size));
    }
    assertThat(WalkedRange.join(ranges)).isEqualTo(whole.totals());
  }

  @Test
  void twentyGroupsAreCountedAsTwenty() {
    PrefixWalk walk = new PrefixWalk(512);
    sorted(Openings.grouped(1000, 20, 300, 30, 1)).forEach(opening -> walk.add(opening.tokens()));
    PrefixStatistics statistics = walk.finish();
    assertThat(statistics.groups()).isEqualTo(20);
    assertThat(statistics.totals().achievableHits()).isBetween(980 * 300L + 190, 1000 * 300L);
  }

  @Test
  void openingsOutOfOrderAreRefused() {
    PrefixWalk walk = new PrefixWalk(1);
    walk.add(TokenSequence.of(2));
    assertThatThrownBy(() -> walk.add(TokenSequence.of(1, 5)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("opening 1");
  }

  private static List<Opening> sorted(List<Opening> openings) {
    return openings.stream().sorted().toList();
  }
}
