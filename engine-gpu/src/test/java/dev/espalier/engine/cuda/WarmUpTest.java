package dev.espalier.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.forward.BatchLayout;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Warm-up steps are the largest that there are, and what they leave is divided soundly. */
class WarmUpTest {
  private static final int PAGE_SIZE = 16;

  private final WarmUp warmUp = new WarmUp(2048, PAGE_SIZE);

  @ParameterizedTest
  @ValueSource(ints = {256, 512, 2048, 4352})
  void promptsFillAStepAndAreNotCaptured(int rows) {
    BatchLayout prompts = new WarmUp(rows, PAGE_SIZE).prompts();
    assertThat(prompts.rows()).isEqualTo(rows);
    assertThat(StepShape.bucket(prompts)).isZero();
    assertThat(prompts.outputs()).isEqualTo(prompts.slices());
  }

  @ParameterizedTest
  @ValueSource(ints = {256, 288, 2048})
  void everySizeIsCapturedOnceTheLargestFirst(int rows) {
    List<Integer> sizes =
        new WarmUp(rows, PAGE_SIZE).decodes().stream().map(StepShape::bucket).toList();
    assertThat(sizes).doesNotContain(0).doesNotHaveDuplicates();
    assertThat(sizes).allMatch(size -> size <= rows);
    assertThat(sizes).containsExactlyInAnyOrderElementsOf(StepShape.buckets(rows));
    assertThat(sizes.get(0)).isEqualTo(Collections.max(sizes));
  }

  @Test
  void largeDecodesShareAndMerge() {
    AttentionPlanner planner = new AttentionPlanner(4, 8, PAGE_SIZE, 264, 132, true, 1 << 20, 8192);
    AttentionPlan plan = planner.plan(warmUp.decodes().get(0), true);
    assertThat(plan.many()).isNotEmpty();
    assertThat(plan.few()).isNotEmpty();
    assertThat(plan.merges()).isTrue();
  }

  @Test
  void sequencesThatLieInTheSamePagesWriteTheSame() {
    for (BatchLayout step : warmUp.decodes()) {
      assertThat(step.tokens()).containsOnly(0);
      assertThat(step.positions()).containsOnly(step.positions()[0]);
    }
    assertThat(warmUp.prompts().tokens()).containsOnly(0);
    // Positions of a prompt have a place of their own each.
    assertThat(warmUp.prompts().batch().slices().get(0).pages()).doesNotHaveDuplicates();
  }

  @Test
  void aReportIsInDecimalUnits() {
    assertThat(WarmUp.report("cuda:0 (NVIDIA L4)", 0.25, 7_000_000_000L, 6_500_000_000L))
        .isEqualTo(
            "6.50 GB of 7.00 GB free on cuda:0 (NVIDIA L4) are for keys and values, after a warm-up"
                + " of 0.25 s");
  }

  @Test
  void theBudgetIsWhatIsFreeLessWhatMayStillBeNeeded() {
    long free = 10L << 30;
    long used = 32 << 20;
    long graphs = 8 << 20;
    assertThat(WarmUp.budget(free, used, graphs))
        .isEqualTo(free + used - WarmUp.MARGIN_BYTES - 3 * graphs);
    assertThat(WarmUp.budget(free, used, -graphs)).isEqualTo(free + used - WarmUp.MARGIN_BYTES);
    assertThat(WarmUp.budget(100 << 20, used, graphs)).isZero();
  }
}
