package dev.espalier.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.forward.BatchLayout;
import dev.espalier.engine.forward.ForwardBatch;
import dev.espalier.engine.forward.ForwardBatch.Slice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableSet;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AttentionPlannerTest {
  private static final int PAGE = 16;
  private static final int GROUP = 4;

  private static AttentionPlanner planner(boolean folds, int mostPartials) {
    return new AttentionPlanner(GROUP, 8, PAGE, 264, 264, folds, 1 << 20, mostPartials);
  }

  private static AttentionPlanner planner(int mostPartials) {
    return planner(true, mostPartials);
  }

  private static BatchLayout layout(List<Slice> slices) {
    return BatchLayout.of(new ForwardBatch(List.of(), slices), 1000, PAGE, 1 << 20, null);
  }

  /** A slice whose first pages are {@code shared} and whose others nobody else has. */
  private static Slice slice(int own, int[] shared, int start, int tokens) {
    int[] pages = Arrays.copyOf(shared, (start + tokens + PAGE - 1) / PAGE);
    for (int i = shared.length; i < pages.length; i++) {
      pages[i] = 10_000 * (own + 1) + i;
    }
    return new Slice(new int[tokens], start, pages, List.of());
  }

  private static int[] pages(int from, int count) {
    int[] pages = new int[count];
    Arrays.setAll(pages, i -> from + i);
    return pages;
  }

  /** Every row must see each of its splits once, by an item with its pages and enough keys. */
  private static void checkCover(BatchLayout step, AttentionPlan plan) {
    TreeMap<Integer, Integer> sliceOfRow = new TreeMap<>();
    for (int s = 0; s < step.slices(); s++) {
      sliceOfRow.put(step.firstRows()[s], s);
    }
    int[][] seen = new int[step.rows()][];
    for (int row = 0; row < step.rows(); row++) {
      seen[row] = new int[step.positions()[row] / AttentionPlanner.SPLIT + 1];
    }
    List<AttentionItem> items = new ArrayList<>(plan.few());
    items.addAll(plan.many());
    for (AttentionItem item : items) {
      int[] itemPages = step.batch().slices().get(item.slice()).pages();
      for (int i = 0; i < item.rowCount(); i++) {
        int row = plan.rowList()[item.firstRow() + i];
        int[] rowPages = step.batch().slices().get(sliceOfRow.floorEntry(row).getValue()).pages();
        for (int split = item.firstSplit(); split < item.endSplit(); split++) {
          if (split >= seen[row].length) {
            continue;
          }
          seen[row][split]++;
          int end = Math.min((split + 1) * AttentionPlanner.SPLIT, step.positions()[row] + 1);
          assertThat(item.keys()).isGreaterThanOrEqualTo(end);
          for (int p = split * AttentionPlanner.SPLIT / PAGE; p * PAGE < end; p++) {
            assertThat(itemPages[p]).isEqualTo(rowPages[p]);
          }
        }
      }
    }
    for (int[] splits : seen) {
      assertThat(splits).containsOnly(1);
    }
    assertThat(plan.few())
        .allSatisfy(item -> assertThat(item.rowCount() * GROUP).isLessThanOrEqualTo(16));
    assertThat(plan.many())
        .allSatisfy(item -> assertThat(item.rowCount() * GROUP).isLessThanOrEqualTo(64));
  }

  /** What is left for a row, in places that no other row uses, must be all that is merged. */
  private static void checkPartials(BatchLayout step, AttentionPlan plan, boolean folds) {
    Set<Integer> taken = new TreeSet<>();
    for (int row = 0; row < step.rows(); row++) {
      NavigableSet<Integer> left = left(plan.many(), plan, row, folds);
      left.addAll(left(plan.few(), plan, row, folds));
      assertThat(plan.mergeSplits()[row] > 0).isEqualTo(!left.isEmpty());
      if (!left.isEmpty()) {
        int splits = step.positions()[row] / AttentionPlanner.SPLIT + 1;
        assertThat(plan.mergeSplits()[row]).isGreaterThanOrEqualTo(splits);
        assertThat(left.first()).isEqualTo(plan.mergeFirst()[row]);
        assertThat(left)
            .containsAll(
                IntStream.range(plan.mergeFirst()[row], plan.mergeSplits()[row]).boxed().toList());
      }
      for (int split : left) {
        int place = plan.partialBase()[row] + split;
        assertThat(place).isBetween(0, plan.partials() - 1);
        assertThat(taken.add(place)).isTrue();
      }
    }
  }

  private static Stream<AttentionItem> items(List<AttentionItem> all, AttentionPlan plan, int row) {
    return all.stream()
        .filter(
            item ->
                Arrays.stream(plan.rowList(), item.firstRow(), item.firstRow() + item.rowCount())
                    .anyMatch(r -> r == row));
  }

  /** The splits that items leave sums of a row for. */
  private static NavigableSet<Integer> left(
      List<AttentionItem> all, AttentionPlan plan, int row, boolean folds) {
    NavigableSet<Integer> left = new TreeSet<>();
    items(all, plan, row)
        .filter(AttentionItem::partial)
        .forEach(
            item -> {
              int first = folds && item.firstSplit() == 0 ? item.endSplit() - 1 : item.firstSplit();
              for (int split = first; split < item.endSplit(); split++) {
                assertThat(left.add(split)).isTrue();
              }
            });
    return left;
  }

  @Test
  void everyRowSeesEverySplitOnce() {
    Random random = new Random(5);
    for (int round = 0; round < 60; round++) {
      List<int[]> openings =
          List.of(pages(0, 0), pages(0, 16), pages(0, 40), pages(0, 100), pages(500, 70));
      List<Slice> slices = new ArrayList<>();
      for (int i = 0; i < 1 + random.nextInt(40); i++) {
        int[] opening = openings.get(random.nextInt(openings.size()));
        int start = opening.length * PAGE + random.nextInt(700);
        int tokens = random.nextInt(4) == 0 ? 1 + random.nextInt(200) : 1;
        slices.add(slice(i, opening, start, tokens));
      }
      BatchLayout step = layout(slices);
      for (boolean folds : new boolean[] {true, false}) {
        AttentionPlan plan = planner(folds, 1 << 20).plan(step, random.nextInt(3) > 0);
        checkCover(step, plan);
        checkPartials(step, plan, folds);
      }
    }
  }

  @Test
  void aSharedBeginningIsReadOnce() {
    List<Slice> slices = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      slices.add(slice(i, pages(0, 64), 1024 + 5 * i, 1));
    }
    BatchLayout step = layout(slices);
    AttentionPlan plan = planner(1 << 20).plan(step, true);
    checkCover(step, plan);
    int splits = plan.many().stream().mapToInt(AttentionItem::splits).sum();
    // 32 rows of 4 heads fill two items of 64.
    assertThat(splits).isEqualTo(2 * 4);
  }

  @Test
  void nestedBeginningsAreReadOnceEach() {
    List<Slice> slices = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      int[] opening = pages(0, 128);
      for (int p = 64; p < 128; p++) {
        opening[p] = 1000 * (1 + i / 16) + p;
      }
      slices.add(slice(i, opening, 2048 + 3 * i, 1));
    }
    BatchLayout step = layout(slices);
    AttentionPlan plan = planner(1 << 20).plan(step, true);
    checkCover(step, plan);
    int splits = plan.many().stream().mapToInt(AttentionItem::splits).sum();
    assertThat(splits).isEqualTo(2 * 4 + 2 * 4);
  }

  @Test
  void withoutRoomForPartialResultsNothingIsCutOrShared() {
    List<Slice> slices = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      slices.add(slice(i, pages(0, 64), 3000, 1));
    }
    BatchLayout step = layout(slices);
    AttentionPlan plan = planner(10).plan(step, true);
    checkCover(step, plan);
    assertThat(plan.partials()).isZero();
  }

  @Test
  void sharingThatSavesLessThanItsLaunchesCostIsLeft() {
    List<Slice> slices = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      slices.add(slice(i, pages(0, 32), 512 + 5 * i, 1));
    }
    BatchLayout few = layout(slices);
    AttentionPlan apart = planner(1 << 20).plan(few, true);
    checkCover(few, apart);
    assertThat(apart.many()).isEmpty();
    assertThat(apart.few()).extracting(AttentionItem::rowCount).containsOnly(1);
    // Where a prompt needs the launch anyway, it is worth while.
    slices.add(slice(16, pages(9000, 0), 0, 300));
    BatchLayout mixed = layout(slices);
    AttentionPlan shared = planner(1 << 20).plan(mixed, true);
    checkCover(mixed, shared);
    checkPartials(mixed, shared, true);
    assertThat(shared.partials()).isPositive();
  }

  @Test
  void withLittleRoomForPartialResultsBeginningsAreSharedUncut() {
    List<Slice> slices = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      slices.add(slice(i, pages(0, 2048), 32_768 + 9 * i, 1));
    }
    BatchLayout step = layout(slices);
    assertThat(planner(1 << 20).plan(step, true).partials()).isGreaterThan(100);
    AttentionPlan plan = planner(100).plan(step, true);
    checkCover(step, plan);
    checkPartials(step, plan, true);
    assertThat(plan.many()).hasSize(2);
  }

  @Test
  void oneLongSequenceIsCutForManyBlocks() {
    BatchLayout step = layout(List.of(slice(0, pages(0, 0), 16_000, 1)));
    AttentionPlan plan = planner(1 << 20).plan(step, true);
    checkCover(step, plan);
    assertThat(plan.few()).hasSizeGreaterThan(20);
  }
}
