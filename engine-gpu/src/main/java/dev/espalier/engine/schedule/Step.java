package dev.espalier.engine.schedule;

import dev.espalier.engine.forward.ForwardBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * One forward step while it is put together, and whose sequences it holds.
 *
 * <p>It may hold tokens that the step before is still choosing. What is to be reported after such a
 * token is not known until then: {@link Scheduler#complete} of the step before finds it out, and
 * {@link #batch} says it from then on.
 */
public final class Step {
  /** In place of what is not known yet, or no longer wanted. */
  private static final List<ForwardBatch.Output> NOTHING =
      List.of(new ForwardBatch.Output(0, -1, 0, null));

  private final List<Sequence> sequences = new ArrayList<>();
  private final List<ForwardBatch.Slice> slices = new ArrayList<>();
  private final List<ForwardBatch.PageCopy> copies = new ArrayList<>();
  private final List<Late> late = new ArrayList<>();
  private final BitSet silent = new BitSet(); // slices of which nothing is wanted after all
  private int budget;
  private int outputs;
  private ForwardBatch batch;

  /** A slice of one token that is still to be chosen, and the number of its output. */
  private record Late(int slice, int output) {}

  Step(int budget) {
    this.budget = budget;
  }

  /** Tokens that still fit. */
  int budget() {
    return budget;
  }

  /** Receives the page copies; in the order in which they must be carried out. */
  List<ForwardBatch.PageCopy> copies() {
    return copies;
  }

  /** Adds the tokens of {@code sequence} from where it was computed up to {@code end}. */
  void add(Sequence sequence, int end) {
    int start = sequence.computed;
    if (end > sequence.length()) {
      late.add(new Late(slices.size(), outputs));
      silent.set(slices.size());
      add(sequence, start, new int[] {ForwardBatch.chosenBy(sequence.choice)}, NOTHING);
    } else {
      int[] tokens = Arrays.copyOfRange(sequence.tokenArray(), start, end);
      List<ForwardBatch.Output> wanted = sequence.outputs(start, end);
      add(sequence, start, tokens, wanted);
    }
  }

  private void add(Sequence sequence, int start, int[] tokens, List<ForwardBatch.Output> wanted) {
    sequences.add(sequence);
    slices.add(new ForwardBatch.Slice(tokens, start, sequence.pages.pages(), wanted));
    outputs += wanted.size();
    budget -= tokens.length;
    sequence.underWay++;
  }

  /** Tells the sequences, once all are added, which output chooses their next tokens. */
  void launch() {
    int output = 0;
    for (int i = 0; i < slices.size(); i++) {
      List<ForwardBatch.Output> wanted = slices.get(i).outputs();
      sequences.get(i).choice = choice(wanted, output);
      output += wanted.size();
    }
  }

  /** Number of the last of {@code wanted} if it chooses a token, else -1. */
  private static int choice(List<ForwardBatch.Output> wanted, int first) {
    int last = wanted.size() - 1;
    return last >= 0 && wanted.get(last).choice() != null ? first + last : -1;
  }

  /** Finds out what is wanted of tokens that were not known when they were added. */
  void ask() {
    for (Late token : late) {
      Sequence sequence = sequences.get(token.slice);
      ForwardBatch.Slice slice = slices.get(token.slice);
      List<ForwardBatch.Output> wanted =
          sequence.gone ? List.of() : sequence.outputs(slice.start(), slice.start() + 1);
      sequence.choice = choice(wanted, token.output);
      if (!wanted.isEmpty()) {
        silent.clear(token.slice);
        slices.set(
            token.slice,
            new ForwardBatch.Slice(slice.tokens(), slice.start(), slice.pages(), wanted));
      }
    }
    if (!late.isEmpty()) {
      late.clear();
      batch = null;
    }
  }

  public boolean isEmpty() {
    return slices.isEmpty();
  }

  /** What the model runner gets; its slices are those of {@link #sequences}. */
  public ForwardBatch batch() {
    if (batch == null) {
      batch = new ForwardBatch(copies, slices);
    }
    return batch;
  }

  List<Sequence> sequences() {
    return sequences;
  }

  ForwardBatch.Slice slice(int index) {
    return slices.get(index);
  }

  /** Whether nothing was asked after a token that was not known when it was added. */
  boolean isSilent(int index) {
    return silent.get(index);
  }
}
