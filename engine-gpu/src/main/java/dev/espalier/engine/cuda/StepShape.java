package dev.espalier.engine.cuda;

import dev.espalier.engine.forward.BatchLayout;
import dev.espalier.engine.forward.ForwardBatch;
import java.util.Arrays;
import java.util.List;

/** Which steps are captured, and at which sizes. */
final class StepShape {
  private static final int[] BUCKETS = {
    8, 16, 24, 32, 48, 64, 96, 128, 160, 192, 224, 256, 320, 384, 448, 512
  };

  private StepShape() {}

  /** The sizes of steps of at most {@code rows} rows, ascending. */
  static List<Integer> buckets(int rows) {
    return Arrays.stream(BUCKETS).filter(bucket -> bucket <= rows).boxed().toList();
  }

  /**
   * Rows of the launches of a step that decodes one token of every sequence: the next of a few
   * sizes, so that few graphs serve all batches. 0 for any other step, and for one that is too
   * large.
   */
  static int bucket(BatchLayout step) {
    for (ForwardBatch.Slice slice : step.batch().slices()) {
      if (slice.tokens().length != 1 || slice.outputs().size() != 1) {
        return 0;
      }
    }
    for (int bucket : BUCKETS) {
      if (step.rows() <= bucket) {
        return bucket;
      }
    }
    return 0;
  }
}
