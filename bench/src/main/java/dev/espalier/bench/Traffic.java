package dev.espalier.bench;

import dev.espalier.engine.forward.ForwardBatch.Output;
import dev.espalier.engine.forward.ForwardBatch.Slice;
import dev.espalier.engine.forward.TokenChoice;
import java.util.Arrays;
import java.util.List;

/** One sequence of a measurement or check: its tokens so far and the pages that hold them. */
final class Traffic {
  private static final TokenChoice GREEDY =
      new TokenChoice(
          0,
          0,
          1,
          0,
          1,
          0,
          0,
          new int[0],
          new int[0],
          new int[0],
          new int[0],
          new float[0],
          null,
          0,
          0);

  /** Reports the likeliest token after token {@code index} of a slice. */
  static Output greedy(int index) {
    return new Output(index, -1, 0, GREEDY);
  }

  private final int number;
  private final int promptLength;
  private final int[] tokens;
  private int[] pages;
  private int known; // tokens of the prompt and chosen
  private int computed; // tokens whose keys and values are in the pages

  /**
   * @param prompt tokens to begin with
   * @param outputs tokens to generate
   */
  Traffic(int number, int[] prompt, int outputs) {
    this.number = number;
    this.promptLength = prompt.length;
    this.tokens = Arrays.copyOf(prompt, prompt.length + outputs);
    this.known = prompt.length;
  }

  int number() {
    return number;
  }

  /** Positions that its pages must cover in the end. */
  int length() {
    return tokens.length;
  }

  /** Whether tokens of the prompt are left to compute. */
  boolean inPrompt() {
    return computed < promptLength;
  }

  int known() {
    return known;
  }

  /** Tokens that are known but not computed. */
  int pending() {
    return known - computed;
  }

  boolean done() {
    return known == tokens.length;
  }

  int[] pages() {
    return pages;
  }

  /** Gives it pages, of which the first {@code filled} positions are filled already. */
  void place(int[] newPages, int filled) {
    pages = newPages;
    computed = filled;
  }

  /**
   * The next part to compute, of at most {@code most} tokens. The last token that is known reports
   * and chooses the next one.
   */
  Slice next(int most) {
    int count = Math.min(most, pending());
    int[] part = Arrays.copyOfRange(tokens, computed, computed + count);
    boolean last = computed + count == known;
    List<Output> outputs = last ? List.of(greedy(count - 1)) : List.of();
    return new Slice(part, computed, pages, outputs);
  }

  /** Takes note that {@code slice} ran; {@code chosen} is the next token if it reported. */
  void ran(Slice slice, int chosen) {
    computed += slice.tokens().length;
    if (!slice.outputs().isEmpty()) {
      tokens[known++] = chosen;
    }
  }

  int[] tokens() {
    return Arrays.copyOf(tokens, known);
  }
}
