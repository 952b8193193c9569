package dev.espalier.bench;

import dev.espalier.engine.forward.ForwardBatch;
import dev.espalier.engine.forward.ForwardBatch.Slice;
import dev.espalier.engine.forward.ModelRunner;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Times decode steps, over whatever the pages hold. */
final class DecodeSteps {

  /**
   * What is decoded: one token of each sequence.
   *
   * @param groups of sequences that share a beginning
   * @param rows sequences in a group
   * @param shared positions of a group's beginning, whole pages
   * @param own positions of each sequence behind it, at least 1
   */
  record Shape(int groups, int rows, int shared, int own) {

    /** Sequences that share nothing. */
    static Shape apart(int sequences, int context) {
      return new Shape(sequences, 1, 0, context);
    }

    int sequences() {
      return groups * rows;
    }

    int context() {
      return shared + own;
    }

    /** Positions whose keys and values differ: those of a beginning count once. */
    long positions() {
      return (long) groups * shared + (long) sequences() * own;
    }
  }

  private final ModelRunner runner;

  DecodeSteps(ModelRunner runner) {
    this.runner = runner;
  }

  /** Whether {@code steps} steps of a shape have room in the pages. */
  boolean fits(Shape shape, int steps) {
    int pages = shape.groups() * (shape.shared() / runner.pageSize());
    return pages + (long) shape.sequences() * ownPages(shape, steps) <= runner.pages();
  }

  private int ownPages(Shape shape, int steps) {
    return (shape.own() + steps) / runner.pageSize() + 1;
  }

  /** Median seconds of a step; each step's sequences are a token longer than the last one's. */
  double seconds(Shape shape, int steps) {
    int sharedPages = shape.shared() / runner.pageSize();
    int ownPages = ownPages(shape, steps);
    List<Traffic> sequences = new ArrayList<>();
    int next = 0;
    for (int group = 0; group < shape.groups(); group++) {
      int opening = next;
      next += sharedPages;
      for (int row = 0; row < shape.rows(); row++) {
        int own = next;
        next += ownPages;
        int[] pages = new int[sharedPages + ownPages];
        Arrays.setAll(pages, p -> p < sharedPages ? opening + p : own + p - sharedPages);
        Traffic sequence = new Traffic(sequences.size(), new int[shape.context()], steps);
        sequence.place(pages, shape.context() - 1);
        sequences.add(sequence);
      }
    }
    double[] seconds = new double[steps];
    for (int s = 0; s < steps; s++) {
      long start = System.nanoTime();
      List<Slice> slices = sequences.stream().map(q -> q.next(1)).toList();
      var result = runner.run(new ForwardBatch(List.of(), slices));
      for (int i = 0; i < sequences.size(); i++) {
        int chosen = result.slices().get(i).get(0).chosen();
        sequences.get(i).ran(slices.get(i), Math.max(0, chosen) % runner.vocabularySize());
      }
      seconds[s] = (System.nanoTime() - start) / 1e9;
    }
    Arrays.sort(seconds);
    return seconds[steps / 2];
  }
}
