package dev.espalier.engine.cuda;

import dev.espalier.engine.model.ModelRunner;
import dev.espalier.engine.model.StepBatch;
import dev.espalier.engine.model.StepBatch.Slice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Times decode steps over pages that were never filled: the time does not depend on what they hold.
 */
final class DecodeSteps {
  private final ModelRunner runner;

  DecodeSteps(ModelRunner runner) {
    this.runner = runner;
  }

  /** Median seconds of a step that decodes {@code batch} sequences of {@code context} positions. */
  double seconds(int batch, int context, int steps) {
    int each = (context + steps) / runner.pageSize() + 1;
    List<Traffic> sequences = new ArrayList<>();
    for (int i = 0; i < batch; i++) {
      int first = i * each;
      int[] pages = new int[each];
      Arrays.setAll(pages, p -> first + p);
      Traffic sequence = new Traffic(i, new int[context], steps);
      sequence.place(pages, context - 1);
      sequences.add(sequence);
    }
    double[] seconds = new double[steps];
    for (int s = 0; s < steps; s++) {
      long start = System.nanoTime();
      List<Slice> slices = sequences.stream().map(q -> q.next(1)).toList();
      var result = runner.run(new StepBatch(List.of(), slices));
      for (int i = 0; i < batch; i++) {
        int chosen = result.slices().get(i).get(0).chosen();
        sequences.get(i).ran(slices.get(i), Math.max(0, chosen) % runner.vocabularySize());
      }
      seconds[s] = (System.nanoTime() - start) / 1e9;
    }
    Arrays.sort(seconds);
    return seconds[steps / 2];
  }
}
