package dev.espalier.engine.forward;

import java.util.List;

/**
 * One forward step.
 *
 * @param copies carried out first, in order
 * @param slices the parts of sequences to compute
 */
public record ForwardBatch(List<PageCopy> copies, List<Slice> slices) {

  /**
   * Copies the first {@code tokens} keys and values, of every layer, from one page to another: how
   * a sequence shares a beginning that ends inside a page.
   */
  public record PageCopy(int fromPage, int toPage, int tokens) {}

  /**
   * Consecutive tokens of one sequence.
   *
   * @param tokens ids of the tokens to compute, at least one; or {@link #chosenBy}
   * @param start position of the first of them; keys and values of all positions before it are in
   *     the pages
   * @param pages page {@code i} holds positions {@code i * pageSize} to {@code (i+1) * pageSize -
   *     1}; covers at least {@code start + tokens.length} positions
   * @param outputs what to report of which of the tokens, ascending by index
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared; read on the hot path
  public record Slice(int[] tokens, int start, int[] pages, List<Output> outputs) {}

  /**
   * What to report of the logits after one token.
   *
   * @param index of the token in the slice
   * @param target token whose log-probability is wanted, or -1
   * @param alternatives how many of the most probable tokens to report
   * @param choice how to choose the next token, or null to choose none
   */
  public record Output(int index, int target, int alternatives, TokenChoice choice) {}

  public ForwardBatch {
    copies = List.copyOf(copies);
    slices = List.copyOf(slices);
  }

  /**
   * Stands for a token that the step before chooses, in a step that is launched before it is known.
   *
   * @param output number of the output that chooses it, among all outputs of that step
   */
  public static int chosenBy(int output) {
    return ~output;
  }

  /** Tokens computed in this step. */
  public int tokenCount() {
    int count = 0;
    for (Slice slice : slices) {
      count += slice.tokens().length;
    }
    return count;
  }
}
