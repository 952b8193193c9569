package dev.espalier.bench;

import dev.espalier.engine.forward.BatchLayout;
import dev.espalier.engine.forward.ForwardBatch;
import dev.espalier.engine.forward.ForwardResult;
import dev.espalier.engine.forward.LaunchedForward;
import dev.espalier.engine.forward.ModelRunner;

/** A device that answers at once: every choice is the position of its output in the step. */
final class IdleRunner implements ModelRunner {
  private static final int PAGE_SIZE = 16;
  private static final int[] NO_TOKENS = {};
  private static final float[] NO_LOGPROBS = {};

  private final int vocabularySize;
  private final int pages;
  private BatchLayout sampled;

  /**
   * @param tokens that the cache has room for
   */
  IdleRunner(int vocabularySize, int tokens) {
    this.vocabularySize = vocabularySize;
    this.pages = 2 * tokens / PAGE_SIZE;
  }

  @Override
  public boolean runsAhead() {
    return true;
  }

  @Override
  public LaunchedForward launch(ForwardBatch batch) {
    BatchLayout layout = BatchLayout.of(batch, vocabularySize, PAGE_SIZE, pages, sampled);
    return new LaunchedForward() {
      private BatchLayout asked;

      @Override
      public void sample(ForwardBatch other) {
        asked = layout.asking(other);
        sampled = asked;
      }

      @Override
      public ForwardResult await() {
        return asked.report(
            (row, output) ->
                new ForwardResult.OutputResult(row, -1, -1, row, NO_TOKENS, NO_LOGPROBS));
      }
    };
  }

  @Override
  public int contextLength() {
    return Integer.MAX_VALUE;
  }

  @Override
  public int vocabularySize() {
    return vocabularySize;
  }

  @Override
  public int pageSize() {
    return PAGE_SIZE;
  }

  @Override
  public int pages() {
    return pages;
  }

  @Override
  public void close() {}
}
