package dev.espalier.engine.model;

import java.util.ArrayList;
import java.util.List;

/**
 * A {@link StepBatch} with its tokens in rows: the slices one after the other, as the device sees
 * them.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; read on the hot path
public record StepLayout(
    StepBatch batch, int[] tokens, int[] positions, int[] firstRows, int[] outputRows) {

  /**
   * Lays out {@code batch}.
   *
   * @throws IllegalArgumentException naming the slice that has no tokens, too few pages, a page or
   *     a token that does not exist, or an output out of order
   */
  public static StepLayout of(StepBatch batch, int vocabularySize, int pageSize, int pages) {
    List<StepBatch.Slice> slices = batch.slices();
    int[] tokens = new int[batch.tokenCount()];
    int[] positions = new int[tokens.length];
    int[] firstRows = new int[slices.size() + 1];
    List<Integer> outputRows = new ArrayList<>();
    int row = 0;
    for (int s = 0; s < slices.size(); s++) {
      StepBatch.Slice slice = slices.get(s);
      check(s, slice, vocabularySize, pageSize, pages);
      firstRows[s] = row;
      for (StepBatch.Output output : slice.outputs()) {
        outputRows.add(row + output.index());
      }
      for (int i = 0; i < slice.tokens().length; i++) {
        tokens[row] = slice.tokens()[i];
        positions[row] = slice.start() + i;
        row++;
      }
    }
    firstRows[slices.size()] = row;
    for (StepBatch.PageCopy copy : batch.copies()) {
      if (Math.min(copy.fromPage(), copy.toPage()) < 0
          || Math.max(copy.fromPage(), copy.toPage()) >= pages
          || copy.tokens() < 0
          || copy.tokens() > pageSize) {
        throw new IllegalArgumentException(copy + " with " + pages + " pages of " + pageSize);
      }
    }
    return new StepLayout(
        batch,
        tokens,
        positions,
        firstRows,
        outputRows.stream().mapToInt(Integer::intValue).toArray());
  }

  private static void check(
      int index, StepBatch.Slice slice, int vocabularySize, int pageSize, int pages) {
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
    for (int token : slice.tokens()) {
      if (token < 0 || token >= vocabularySize) {
        throw wrong(index, "token " + token + " in a vocabulary of " + vocabularySize);
      }
    }
    int before = -1;
    for (StepBatch.Output output : slice.outputs()) {
      if (output.index() < before || output.index() >= length || output.index() < 0) {
        throw wrong(index, "output at " + output.index() + " of " + length + " after " + before);
      }
      before = output.index();
    }
  }

  private static IllegalArgumentException wrong(int slice, String what) {
    return new IllegalArgumentException("slice " + slice + " of a step has " + what);
  }

  /** Rows of the step: its tokens. */
  public int rows() {
    return tokens.length;
  }

  /**
   * Slices of the step; slice {@code s} has rows {@code firstRows[s]} to {@code firstRows[s+1]}.
   */
  public int slices() {
    return batch.slices().size();
  }

  /** Number of outputs: rows after {@link Operations#gather}. */
  public int outputs() {
    return outputRows.length;
  }

  /** Asks each output of each slice, in order, with its row after {@link Operations#gather}. */
  public StepResult report(OutputFunction function) {
    List<List<StepResult.OutputResult>> results = new ArrayList<>();
    int row = 0;
    for (StepBatch.Slice slice : batch.slices()) {
      List<StepResult.OutputResult> ofSlice = new ArrayList<>();
      for (StepBatch.Output output : slice.outputs()) {
        ofSlice.add(function.apply(row++, output));
      }
      results.add(ofSlice);
    }
    return new StepResult(results);
  }

  /** What one output reports. */
  @FunctionalInterface
  public interface OutputFunction {
    StepResult.OutputResult apply(int row, StepBatch.Output output);
  }
}
