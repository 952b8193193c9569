package dev.espalier.engine.schedule;

import dev.espalier.engine.model.StepBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** One forward step while it is put together, and whose sequences it holds. */
public final class Step {
  private final List<Sequence> sequences = new ArrayList<>();
  private final List<StepBatch.Slice> slices = new ArrayList<>();
  private final List<StepBatch.PageCopy> copies = new ArrayList<>();
  private int budget;

  Step(int budget) {
    this.budget = budget;
  }

  /** Tokens that still fit. */
  int budget() {
    return budget;
  }

  /** Receives the page copies; in the order in which they must be carried out. */
  List<StepBatch.PageCopy> copies() {
    return copies;
  }

  /** Adds the tokens of {@code sequence} from where it was computed up to {@code end}. */
  void add(Sequence sequence, int end) {
    int start = sequence.computed;
    slices.add(
        new StepBatch.Slice(
            Arrays.copyOfRange(sequence.tokenArray(), start, end),
            start,
            sequence.pages.pages(),
            sequence.outputs(start, end)));
    sequences.add(sequence);
    budget -= end - start;
  }

  public boolean isEmpty() {
    return slices.isEmpty();
  }

  /** What the model runner gets; its slices are those of {@link #sequences}. */
  public StepBatch batch() {
    return new StepBatch(copies, slices);
  }

  List<Sequence> sequences() {
    return sequences;
  }

  StepBatch.Slice slice(int index) {
    return slices.get(index);
  }
}
