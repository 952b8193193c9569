package dev.espalier.engine.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.TokenSequence;
import dev.espalier.engine.forward.ForwardBatch.PageCopy;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Pages of four tokens; a sequence is written in one step unless a test says otherwise. */
final class PrefixCacheTest {
  private static final int PAGE = 4;

  private PrefixCache cache = new PrefixCache(16, PAGE);
  private final List<PageCopy> copies = new ArrayList<>();

  @AfterEach
  void pagesAddUp() {
    cache.checkIntegrity();
  }

  @Test
  void fullPagesAreSharedAndTheRestIsCopied() {
    PageTable first = compute(1, 2, 3, 4, 5, 6, 7);
    int[] second = {1, 2, 3, 4, 5, 6, 8, 9, 10};
    PrefixMatch match = cache.match(second, second.length - 1);
    assertThat(match.tokens()).isEqualTo(6);
    PageTable table = open(match, second);
    assertThat(table.pages()[0]).isEqualTo(first.pages()[0]);
    assertThat(table.pages()[1]).isNotEqualTo(first.pages()[1]);
    assertThat(copies).containsExactly(new PageCopy(first.pages()[1], table.pages()[1], 2));
  }

  @Test
  void matchNeverGoesBeyondItsLimit() {
    compute(1, 2, 3, 4, 5, 6, 7, 8);
    int[] tokens = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    for (int limit = 0; limit <= 8; limit++) {
      assertThat(cache.match(tokens, limit).tokens()).isEqualTo(limit);
    }
  }

  @Test
  void longestPartialMatchIsFoundAmongThousandsOfSiblings() {
    int siblings = 3000;
    cache = new PrefixCache(siblings + 10, PAGE);
    for (int i = 0; i < siblings; i++) {
      int[] tokens = {1, 1, 1, 1, 2, i % 50, i};
      cache.release(compute(tokens), tokens, tokens.length);
    }
    assertThat(cache.match(new int[] {1, 1, 1, 1, 2, 7, 1257, 5}, 8).tokens()).isEqualTo(7);
    assertThat(cache.match(new int[] {1, 1, 1, 1, 2, 8, 1257, 5}, 8).tokens()).isEqualTo(6);
    assertThat(cache.match(new int[] {1, 1, 1, 1, 2, 99, 1257, 5}, 8).tokens()).isEqualTo(5);
    assertThat(cache.match(new int[] {1, 1, 1, 1, 3, 7, 1257, 5}, 8).tokens()).isEqualTo(4);
  }

  @Test
  void sequencesWaitForWhatAnotherIsAboutToCompute() {
    int[] first = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    PageTable table = open(cache.match(first, 8), first);
    int[] second = {1, 2, 3, 4, 5, 6, 0, 0, 0};
    assertThat(cache.match(second, 8).isBlocked()).isTrue();

    cache.write(table, 6);
    PrefixMatch match = cache.match(second, 8);
    assertThat(match.isBlocked()).as("the second page is not complete").isTrue();
    List<String> woken = new ArrayList<>();
    match.whenUnblocked(() -> woken.add("second"));
    cache.settle(table, first, 6);
    assertThat(woken).isEmpty();

    cache.write(table, 9);
    cache.settle(table, first, 6);
    assertThat(woken).as("the second step is still under way").isEmpty();
    assertThat(cache.match(second, 8).isBlocked()).as("a copy has to wait for the step").isTrue();
    int[] pageBorder = {1, 2, 3, 4, 5, 6, 7, 8, 0};
    match = cache.match(pageBorder, 8);
    assertThat(match.isBlocked()).as("whole pages of the same step are readable").isFalse();
    assertThat(match.tokens()).isEqualTo(8);

    cache.settle(table, first, 9);
    assertThat(woken).containsExactly("second");
    assertThat(cache.match(second, 8).tokens()).isEqualTo(6);
  }

  @Test
  void whoeverWaitsIsWokenWhenTheOtherGivesUp() {
    int[] first = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    PageTable table = open(cache.match(first, 8), first);
    cache.write(table, 6);
    List<String> woken = new ArrayList<>();
    cache.match(new int[] {1, 2, 3, 4, 5, 6, 7, 8}, 7).whenUnblocked(() -> woken.add("second"));
    cache.settle(table, first, 6);
    assertThat(woken).isEmpty();
    cache.release(table, first, 6);
    assertThat(woken).containsExactly("second");
    PrefixMatch match = cache.match(first, 8);
    assertThat(match.tokens()).as("what was computed stays").isEqualTo(6);
    assertThat(match.isBlocked()).isFalse();
  }

  @Test
  void settledMatchesAreNotBlockedByEqualPlans() {
    int[] first = {1, 2, 3, 4, 5, 6};
    compute(first);
    int[] second = {1, 2, 3, 4, 5, 7, 7, 7};
    open(cache.match(second, 7), second);
    assertThat(cache.match(new int[] {1, 2, 3, 4, 5, 9, 9, 9}, 7).isBlocked()).isFalse();
    assertThat(cache.match(new int[] {1, 2, 3, 4, 5, 7, 9, 9}, 7).isBlocked()).isTrue();
  }

  @Test
  void generatedTokensAreFoundOnceTheirPageIsFullOrTheirTableReleased() {
    int[] tokens = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    PageTable table = open(cache.match(tokens, 5), tokens, 6);
    cache.write(table, 6);
    for (int length = 7; length <= 10; length++) {
      cache.settle(table, tokens, length - 1);
      assertThat(cache.reserve(table, length)).isTrue();
      cache.write(table, length);
    }
    cache.settle(table, tokens, 10);
    assertThat(cache.match(tokens, 10).tokens()).isEqualTo(8);
    cache.release(table, tokens, 10);
    assertThat(cache.match(tokens, 10).tokens()).isEqualTo(10);
  }

  @Test
  void equalPagesBecomeOne() {
    int[] tokens = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    PageTable first = compute(tokens);
    PageTable second = open(cache.match(tokens, 3), tokens);
    assertThat(second.pages()).doesNotContain(first.pages());
    cache.write(second, 9);
    cache.settle(second, tokens, 9);
    assertThat(second.pages()[0]).isEqualTo(first.pages()[0]);
    assertThat(second.pages()[1]).isEqualTo(first.pages()[1]);
    assertThat(cache.availablePages()).isEqualTo(16 - 4);
  }

  @Test
  void pagesAreNeverTakenFromWhoHoldsThem() {
    cache = new PrefixCache(3, PAGE);
    int[] first = {1, 2, 3, 4, 5, 6, 7, 8};
    PageTable held = compute(first);
    int[] second = {9, 9, 9, 9, 9};
    assertThat(cache.open(cache.match(second, 4), second, 5, 0, copies)).isNull();
    PageTable small = open(cache.match(second, 4), second, 4);
    assertThat(cache.reserve(small, 5)).isFalse();
    cache.release(held, first, 8);
    assertThat(cache.reserve(small, 12)).isTrue();
    assertThat(cache.match(first, 8).tokens()).isZero();
  }

  @Test
  void leastRecentlyUsedLeafGoesFirst() {
    cache = new PrefixCache(4, PAGE);
    int[] old = {1, 2, 3, 4, 5, 6};
    int[] recent = {7, 7, 7, 7, 7};
    cache.release(compute(old), old, 6);
    cache.release(compute(recent), recent, 5);
    open(cache.match(new int[] {9, 9, 9}, 2), new int[] {9, 9, 9});
    assertThat(cache.match(old, 6).tokens()).as("its leaf went").isEqualTo(4);
    assertThat(cache.match(recent, 5).tokens()).isEqualTo(5);
  }

  @Test
  void whatNobodyExpectsGoesFirst() {
    cache = new PrefixCache(4, PAGE);
    int[] old = {1, 2, 3, 4, 5, 6};
    int[] recent = {7, 7, 7, 7, 7};
    ExpectedOpening opening = cache.expect(TokenSequence.of(1, 2, 3, 4, 5, 6, 7));
    ExpectedOpening again = cache.expect(TokenSequence.of(1, 2, 3, 4, 5, 6, 7));
    cache.release(compute(old), old, 6);
    cache.release(compute(recent), recent, 5);
    int[] stranger = {9, 9, 9, 9, 9, 9};
    cache.release(compute(stranger), stranger, 6);
    assertThat(cache.match(old, 6).tokens()).isEqualTo(6);
    assertThat(cache.match(recent, 5).tokens()).isZero();

    cache.withdraw(again);
    int[] other = {8, 8, 8, 8, 8, 8};
    cache.release(compute(other), other, 6);
    assertThat(cache.match(old, 6).tokens()).as("still announced once").isEqualTo(6);
    cache.withdraw(opening);
    cache.release(compute(stranger), stranger, 6);
    assertThat(cache.match(old, 6).tokens()).isLessThan(6);
    assertThat(cache.match(other, 6).tokens()).isEqualTo(6);
  }

  @Test
  void whatIsExpectedGoesWhenNothingElseIsLeft() {
    cache = new PrefixCache(2, PAGE);
    int[] old = {1, 2, 3, 4, 5, 6};
    cache.expect(TokenSequence.of(old));
    cache.release(compute(old), old, 6);
    compute(9, 9, 9, 9, 9);
    assertThat(cache.match(old, 6).tokens()).isZero();
  }

  @Test
  void nothingOfAFailedStepRemains() {
    int[] first = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    PageTable table = open(cache.match(first, 8), first);
    cache.write(table, 4);
    cache.settle(table, first, 4);
    cache.write(table, 9);
    int[] second = {1, 2, 3, 4, 5, 6, 7, 8, 0};
    PageTable other = open(cache.match(second, 8), second);
    cache.write(other, 9);
    cache.discard(table);
    cache.discard(other);
    assertThat(cache.match(first, 8).tokens()).isEqualTo(4);
    assertThat(cache.availablePages()).isEqualTo(16);
  }

  private PageTable compute(int... tokens) {
    PageTable table = open(cache.match(tokens, tokens.length - 1), tokens);
    cache.write(table, tokens.length);
    cache.settle(table, tokens, tokens.length);
    cache.checkIntegrity();
    return table;
  }

  private PageTable open(PrefixMatch match, int[] tokens) {
    return open(match, tokens, tokens.length);
  }

  private PageTable open(PrefixMatch match, int[] tokens, int length) {
    assertThat(match.isBlocked()).isFalse();
    PageTable table = cache.open(match, tokens, length, 0, copies);
    assertThat(table).isNotNull();
    assertThat(IntStream.of(table.pages()).distinct().count()).isEqualTo(table.size());
    return table;
  }
}
