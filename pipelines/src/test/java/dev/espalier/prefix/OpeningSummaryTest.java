package dev.espalier.prefix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class OpeningSummaryTest {
  @Provide
  Arbitrary<List<Opening>> openings() {
    return Openings.arbitrary();
  }

  @Property
  void partsInAnyOrderMergeToTheSummaryOfTheWhole(
      @ForAll("openings") List<Opening> openings,
      @ForAll @IntRange(min = 1, max = 3000) int budget,
      @ForAll @IntRange(min = 1, max = 20) int size,
      @ForAll long seed)
      throws IOException {
    Collections.shuffle(openings, new Random(seed));
    OpeningSummary merged = new OpeningSummary(budget);
    for (int from = 0; from < openings.size(); from += size) {
      List<Opening> part = openings.subList(from, Math.min(openings.size(), from + size));
      merged.merge(readBack(Openings.summaryOf(part, budget)));
    }
    OpeningSummary whole = Openings.summaryOf(openings, budget);
    assertThat(merged.sortedSample()).isEqualTo(whole.sortedSample());
    assertThat(merged.isComplete()).isEqualTo(whole.isComplete());
    assertThat(merged.estimatedTotals()).isEqualTo(whole.estimatedTotals());
  }

  @Test
  void aSampleFillsItsBudgetAndSaysThatItIsNotComplete() {
    List<Opening> openings = Openings.grouped(2000, 20, 80, 20, 3);
    OpeningSummary summary = Openings.summaryOf(openings, 20_000);
    long sampled =
        summary.sortedSample().stream().mapToLong(opening -> opening.tokens().length()).sum();
    assertThat(summary.isComplete()).isFalse();
    assertThat(sampled).isBetween(14_000L, 20_000L);
    assertThat(Openings.summaryOf(openings, 400_000).isComplete()).isTrue();
  }

  @Test
  void estimatesAreWithinThreeStandardErrorsOfATrie() {
    for (int prefix : List.of(10, 95, 100)) {
      List<Opening> openings = Openings.grouped(5000, 20, prefix, 100 - prefix, 4);
      TokenTrie trie = new TokenTrie();
      openings.forEach(opening -> trie.add(opening.tokens()));
      PrefixTotals totals = Openings.summaryOf(openings, 1).estimatedTotals();
      assertThat(totals.totalTokens()).isEqualTo(500_000);
      assertThat((double) totals.uniqueTokens())
          .isCloseTo((double) trie.nodes(), within(0.025 * trie.nodes()));
      assertThat((double) totals.achievableHits())
          .isCloseTo((double) trie.hits(), within(0.025 * trie.nodes() + 0.025 * openings.size()));
    }
  }

  @Test
  void distinctCountIsCloseFromOneToAMillion() {
    DistinctCount count = new DistinctCount();
    assertThat(count.estimate()).isZero();
    int added = 0;
    for (int size : new int[] {1, 100, 10_000, 40_000, 100_000, 1_000_000}) {
      for (; added < size; added++) {
        count.add(StableHash.extend(7, added));
        count.add(StableHash.extend(7, added));
      }
      assertThat((double) count.estimate()).isCloseTo(size, within(0.025 * size));
    }
  }

  private static OpeningSummary readBack(OpeningSummary summary) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    summary.writeTo(new DataOutputStream(bytes));
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()));
    OpeningSummary read = OpeningSummary.readFrom(in);
    assertThat(in.read()).isEqualTo(-1);
    return read;
  }
}
