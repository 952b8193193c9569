package dev.espalier.prefix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.engine.TokenSequence;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PrefixPlannerTest {
  private static final PlanOptions OPTIONS = PlanOptions.defaults();

  @Provide
  Arbitrary<List<Opening>> openings() {
    return Openings.arbitrary();
  }

  @Property
  void rangesFollowOneAnotherInPrefixOrderAndNoneIsEmpty(
      @ForAll("openings") List<Opening> openings, @ForAll @IntRange(min = 1, max = 70) int ranges) {
    PrefixPlan plan = plan(openings, OPTIONS.withRanges(ranges, ranges));
    List<Integer> inOrder = openings.stream().sorted().map(plan::rangeOf).toList();
    assertThat(inOrder).isSorted();
    assertThat(inOrder).allSatisfy(range -> assertThat(range).isBetween(0, plan.ranges() - 1));
    if (!openings.isEmpty()) {
      assertThat(inOrder.stream().distinct().count()).isEqualTo(plan.ranges());
    }
    assertThat(plan.ranges()).isLessThanOrEqualTo(Math.max(1, Math.min(ranges, openings.size())));
  }

  @Property
  void noRangeHoldsMoreThanItsShareAndTwoWindowsAndOneRow(
      @ForAll("openings") List<Opening> openings, @ForAll @IntRange(min = 1, max = 20) int ranges) {
    PrefixPlan plan = plan(openings, OPTIONS.withRanges(ranges, ranges).withOutputTokens(2));
    TreeMap<Integer, Long> work = new TreeMap<>();
    TokenSequence previous = TokenSequence.empty();
    long heaviest = 0;
    long total = 0;
    for (Opening opening : openings.stream().sorted().toList()) {
      TokenSequence tokens = opening.tokens();
      long row = 2L + tokens.length() - previous.commonPrefixLength(tokens);
      work.merge(plan.rangeOf(opening), row, Long::sum);
      heaviest = Math.max(heaviest, row);
      total += row;
      previous = tokens;
    }
    int made = Math.max(1, Math.min(ranges, openings.size()));
    double bound = (1 + 2 * PrefixPlanner.WINDOW) * total / made + heaviest;
    assertThat(work.values())
        .allSatisfy(range -> assertThat((double) range).isLessThanOrEqualTo(bound));
  }

  @Property
  void aPlanDoesNotDependOnTheOrderOfTheRows(
      @ForAll("openings") List<Opening> openings,
      @ForAll @IntRange(min = 1, max = 3000) int sampleTokens,
      @ForAll long seed) {
    PlanOptions options = OPTIONS.withRanges(5, 5).withSampleTokens(sampleTokens);
    List<Opening> shuffled = new ArrayList<>(openings);
    Collections.shuffle(shuffled, new Random(seed));
    assertThat(plan(shuffled, options)).isEqualTo(plan(openings, options));
  }

  @Test
  void cutsLieBetweenGroupsAndCarryNoMoreThanTheirDifference() {
    List<Opening> openings = Openings.grouped(1000, 20, 300, 30, 1);
    PrefixPlan plan = plan(openings, OPTIONS.withRanges(4, 4));
    assertThat(plan.ranges()).isEqualTo(4);
    assertThat(plan.cutTokens()).isEqualTo(3 * 10);
    assertThat(plan.cuts()).allSatisfy(cut -> assertThat(cut.tokens().length()).isEqualTo(11));
    assertThat(plan.cuts()).allSatisfy(cut -> assertThat(cut.rowId()).isEmpty());
  }

  @Test
  void equalOpeningsAreDividedByRowId() {
    List<Opening> openings = Openings.of(Collections.nCopies(100, new int[] {4, 2}));
    PrefixPlan plan = plan(openings, OPTIONS.withRanges(4, 4));
    assertThat(plan.ranges()).isEqualTo(4);
    assertThat(plan.cutTokens()).isEqualTo(6);
    TreeMap<Integer, Integer> rows = new TreeMap<>();
    openings.forEach(opening -> rows.merge(plan.rangeOf(opening), 1, Integer::sum));
    assertThat(rows.values()).containsExactly(25, 25, 25, 25);
  }

  @Test
  void rangesThatCostHitsAreMadeOnlyWhereTheyAreRequired() {
    List<Opening> oneGroup = Openings.grouped(100, 1, 300, 30, 1);
    assertThat(plan(oneGroup, OPTIONS.withRanges(1, 16)).ranges()).isEqualTo(1);
    assertThat(plan(oneGroup, OPTIONS.withRanges(6, 16)).ranges()).isEqualTo(6);
    assertThat(plan(oneGroup, OPTIONS.withRangeTokens(4000)).ranges()).isEqualTo(9);
    List<Opening> manyRows = Openings.grouped(5000, 1, 300, 30, 1);
    assertThat(plan(manyRows, OPTIONS.withRanges(1, 16)).ranges()).isEqualTo(16);
  }

  @Test
  void rangesAreAMultipleOfTheMinimumSoThatEachWorkerGetsAsMany() {
    List<Opening> manyRows = Openings.grouped(5000, 1, 300, 30, 1);
    List<Opening> fewerRows = Openings.grouped(1500, 1, 300, 30, 1); // 7 cuts are affordable
    for (int workers : new int[] {3, 5, 6, 7}) {
      PlanOptions options = OPTIONS.withRanges(workers, 2 * workers);
      assertThat(plan(manyRows, options).ranges()).isEqualTo(2 * workers);
      assertThat(plan(fewerRows, options).ranges()).isIn(workers, 2 * workers);
      assertThat(plan(manyRows, options.withRangeTokens(10_000)).ranges() % workers).isZero();
    }
    assertThat(plan(manyRows.subList(0, 2), OPTIONS.withRanges(3, 6)).ranges()).isEqualTo(2);
  }

  @Test
  void aPlanFromASampleBalancesTheWholeAndSaysSo() {
    List<Opening> openings = Openings.grouped(20_000, 50, 40, 10, 2);
    PrefixPlan plan = plan(openings, OPTIONS.withRanges(10, 10).withSampleTokens(100_000));
    assertThat(plan.statistics().exact()).isFalse();
    assertThat(plan.statistics().totals().totalTokens()).isEqualTo(1_000_000);
    TreeMap<Integer, Integer> rows = new TreeMap<>();
    openings.forEach(opening -> rows.merge(plan.rangeOf(opening), 1, Integer::sum));
    assertThat(rows).hasSize(10);
    assertThat(rows.values()).allSatisfy(count -> assertThat(count).isBetween(1000, 3200));
  }

  @Test
  void withoutGroupingRowsAreScattered() {
    List<Opening> openings = Openings.grouped(1000, 20, 300, 30, 1);
    PrefixPlan plan = plan(openings, OPTIONS.withGrouping(Grouping.NONE).withRanges(1, 4));
    TreeMap<Integer, Integer> rows = new TreeMap<>();
    openings.forEach(opening -> rows.merge(plan.rangeOf(opening), 1, Integer::sum));
    assertThat(rows).hasSize(4);
    assertThat(rows.values()).allSatisfy(count -> assertThat(count).isBetween(200, 300));
    List<Opening> ordered = new ArrayList<>(openings);
    ordered.sort(Grouping.NONE.order());
    PrefixWalk walk = new PrefixWalk(1);
    assertThatThrownBy(() -> ordered.forEach(opening -> walk.add(opening.tokens())))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void wrongOptionsAreReportedTogether() {
    assertThatThrownBy(() -> new PlanOptions(Grouping.PREFIX, 0, 1, 1, 0, 1, 1))
        .hasMessageContaining("minimumRanges is 0")
        .hasMessageContaining("inFlight is 0");
  }

  private static PrefixPlan plan(List<Opening> openings, PlanOptions options) {
    return PrefixPlanner.plan(Openings.summaryOf(openings, options.sampleTokens()), options);
  }
}
