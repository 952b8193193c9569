package dev.espalier.engine.forward;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A {@link ForwardBatch} with its tokens in rows: the slices one after the other, as the device
 * sees them.
 *
 * @param tokens of the rows; negative ones are {@link ForwardBatch#chosenBy}
 * @param firstRows slice {@code s} has rows {@code firstRows[s]} to {@code firstRows[s+1]}
 * @param outputRows row of each output
 * @param asked the outputs of all slices, one after the other
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; read on the hot path
public record BatchLayout(
    ForwardBatch batch,
    int[] tokens,
    int[] positions,
    int[] firstRows,
    int[] outputRows,
    List<ForwardBatch.Output> asked) {

  /**
   * Lays out {@code batch}.
   *
   * @param before the step before, or null if no token of this one is chosen by it
   * @throws IllegalArgumentException naming the slice that has no tokens, too few pages, a page or
   *     a token that does not exist, or an output out of order
   */
  public static BatchLayout of(
      ForwardBatch batch, int vocabularySize, int pageSize, int pages, BatchLayout before) {
    List<ForwardBatch.Slice> slices = batch.slices();
    int[] tokens = new int[batch.tokenCount()];
    int[] positions = new int[tokens.length];
    int[] firstRows = new int[slices.size() + 1];
    int row = 0;
    for (int s = 0; s < slices.size(); s++) {
      ForwardBatch.Slice slice = slices.get(s);
      check(s, slice, pageSize, pages);
      firstRows[s] = row;
      for (int i = 0; i < slice.tokens().length; i++) {
        int token = slice.tokens()[i];
        if (token >= vocabularySize) {
          throw wrong(s, "token " + token + " in a vocabulary of " + vocabularySize);
        }
        if (token < 0 && (before == null || !before.chooses(~token))) {
          throw wrong(s, "a token of output " + ~token + ", which chooses none");
        }
        tokens[row] = token;
        positions[row] = slice.start() + i;
        row++;
      }
    }
    firstRows[slices.size()] = row;
    for (ForwardBatch.PageCopy copy : batch.copies()) {
      if (Math.min(copy.fromPage(), copy.toPage()) < 0
          || Math.max(copy.fromPage(), copy.toPage()) >= pages
          || copy.tokens() < 0
          || copy.tokens() > pageSize) {
        throw new IllegalArgumentException(copy + " with " + pages + " pages of " + pageSize);
      }
    }
    return new BatchLayout(
        batch, tokens, positions, firstRows, outputRows(slices, firstRows), outputs(slices));
  }

  private static void check(int index, ForwardBatch.Slice slice, int pageSize, int pages) {
    int length = slice.tokens().length;
    if (length == 0 || slice.start() < 0) {
      throw wrong(index, length + " tokens from position " + slice.start());
    }
    int needed = (slice.start() + length - 1) / pageSize + 1;
    if (slice.pages().length < needed) {
      throw wrong(index, slice.pages().length + " pages where " + needed + " are needed");
    }
    for (int i = 0; i < needed; i++) {
      if (slice.pages()[i] < 0 || slice.pages()[i] >= pages) {
        throw wrong(index, "page " + slice.pages()[i] + " of " + pages);
      }
    }
    int before = -1;
    for (ForwardBatch.Output output : slice.outputs()) {
      if (output.index() < before || output.index() >= length || output.index() < 0) {
        throw wrong(index, "output at " + output.index() + " of " + length + " after " + before);
      }
      before = output.index();
    }
  }

  private static IllegalArgumentException wrong(int slice, String what) {
    return new IllegalArgumentException("slice " + slice + " of a step has " + what);
  }

  private static int[] outputRows(List<ForwardBatch.Slice> slices, int[] firstRows) {
    int count = 0;
    for (ForwardBatch.Slice slice : slices) {
      count += slice.outputs().size();
    }
    int[] rows = new int[count];
    int output = 0;
    for (int s = 0; s < slices.size(); s++) {
      for (ForwardBatch.Output asked : slices.get(s).outputs()) {
        rows[output++] = firstRows[s] + asked.index();
      }
    }
    return rows;
  }

  private static List<ForwardBatch.Output> outputs(List<ForwardBatch.Slice> slices) {
    List<ForwardBatch.Output> outputs = new ArrayList<>(slices.size());
    for (ForwardBatch.Slice slice : slices) {
      outputs.addAll(slice.outputs());
    }
    return outputs;
  }

  /**
   * The same step, asking other things of the same rows.
   *
   * @throws IllegalArgumentException if they are not the same rows
   */
  public BatchLayout asking(ForwardBatch other) {
    if (other.equals(batch)) {
      return this;
    }
    if (!Arrays.equals(outputRows, outputRows(other.slices(), firstRows))) {
      throw new IllegalArgumentException("a step is asked about other tokens than at its launch");
    }
    return new BatchLayout(
        other, tokens, positions, firstRows, outputRows, outputs(other.slices()));
  }

  /** Rows of the step: its tokens. */
  public int rows() {
    return tokens.length;
  }

  /** Slices of the step. */
  public int slices() {
    return batch.slices().size();
  }

  /** Number of outputs: rows after the operation gather. */
  public int outputs() {
    return outputRows.length;
  }

  private boolean chooses(int output) {
    return output < asked.size() && asked.get(output).choice() != null;
  }

  /** Asks each output of each slice, in order, with its row after the operation gather. */
  public ForwardResult report(OutputFunction function) {
    List<List<ForwardResult.OutputResult>> results = new ArrayList<>(slices());
    int row = 0;
    for (ForwardBatch.Slice slice : batch.slices()) {
      List<ForwardResult.OutputResult> ofSlice = new ArrayList<>(slice.outputs().size());
      for (ForwardBatch.Output output : slice.outputs()) {
        ofSlice.add(function.apply(row++, output));
      }
      results.add(ofSlice);
    }
    return new ForwardResult(results);
  }

  /** What one output reports. */
  @FunctionalInterface
  public interface OutputFunction {
    ForwardResult.OutputResult apply(int row, ForwardBatch.Output output);
  }
}
