package dev.espalier.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.forward.BatchLayout;
import dev.espalier.engine.forward.ForwardBatch;
import dev.espalier.engine.forward.ForwardBatch.Output;
import dev.espalier.engine.forward.ForwardBatch.Slice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Which steps are captured, and which share a graph. */
class StepShapeTest {
  private static final int PAGE = 16;

  private static Slice slice(int start, int tokens, int outputs) {
    int[] pages = new int[(start + tokens + PAGE - 1) / PAGE];
    Arrays.setAll(pages, i -> 100 * start + i);
    List<Output> asked = new ArrayList<>();
    for (int i = 0; i < outputs; i++) {
      asked.add(new Output(tokens - 1, -1, 0, null));
    }
    return new Slice(new int[tokens], start, pages, asked);
  }

  private static BatchLayout step(List<Slice> slices) {
    return BatchLayout.of(new ForwardBatch(List.of(), slices), 1000, PAGE, 1 << 20, null);
  }

  /** One token of each of so many sequences. */
  private static BatchLayout decode(int sequences, int start) {
    List<Slice> slices = new ArrayList<>();
    for (int i = 0; i < sequences; i++) {
      slices.add(slice(start + i, 1, 1));
    }
    return step(slices);
  }

  @Test
  void aFewSizesHoldEveryDecodeStepWithLittleToFillUp() {
    Set<Integer> buckets = new TreeSet<>();
    int before = 0;
    for (int sequences = 1; sequences <= 512; sequences++) {
      int bucket = StepShape.bucket(decode(sequences, 5));
      assertThat(bucket).isGreaterThanOrEqualTo(sequences).isGreaterThanOrEqualTo(before);
      assertThat(bucket - sequences).isLessThanOrEqualTo(Math.max(7, sequences / 2));
      assertThat(StepShape.bucket(decode(bucket, 5))).isEqualTo(bucket);
      buckets.add(bucket);
      before = bucket;
    }
    assertThat(buckets).hasSizeLessThanOrEqualTo(16);
    assertThat(StepShape.bucket(decode(513, 5))).isZero();
  }

  @Test
  void stepsThatDoNotReportEachTokenOnceAreNotCaptured() {
    List<Slice> slices = new ArrayList<>(List.of(slice(9, 1, 1), slice(7, 1, 1)));
    assertThat(StepShape.bucket(step(slices))).isPositive();
    for (Slice other : List.of(slice(3, 2, 1), slice(3, 1, 0), slice(3, 1, 2))) {
      slices.add(1, other);
      assertThat(StepShape.bucket(step(slices))).isZero();
      slices.remove(1);
    }
  }

  @Test
  void aGraphServesEveryStepOfItsSizeAndKernels() {
    AttentionPlanner planner = new AttentionPlanner(4, 8, PAGE, 264, 264, true, 1 << 20, 1 << 20);
    Set<StepKey> keys = new HashSet<>();
    for (int sequences = 1; sequences <= 8; sequences++) {
      for (int start : new int[] {0, 20, 90}) {
        BatchLayout step = decode(sequences, start);
        keys.add(StepKey.of(StepShape.bucket(step), planner.plan(step, true), 3));
      }
    }
    assertThat(keys).hasSize(1);
  }

  @Test
  void whateverIsBakedIntoLaunchesIsInTheKey() {
    AttentionItem item = new AttentionItem(0, 0, 1, 0, 1, 16, false);
    int[] none = {0};
    AttentionPlan few = new AttentionPlan(List.of(item), List.of(), none, none, none, none, 0);
    AttentionPlan many = new AttentionPlan(List.of(), List.of(item), none, none, none, none, 0);
    AttentionPlan merged = new AttentionPlan(List.of(item), List.of(), none, none, none, none, 2);
    assertThat(
            List.of(
                StepKey.of(8, few, 1),
                StepKey.of(16, few, 1),
                StepKey.of(8, many, 1),
                StepKey.of(8, merged, 1),
                StepKey.of(8, few, 2)))
        .doesNotHaveDuplicates();
  }
}
