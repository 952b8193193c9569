package dev.espalier.bench;

import dev.espalier.engine.step.LaunchedStep;
import dev.espalier.engine.step.ModelRunner;
import dev.espalier.engine.step.StepBatch;
import dev.espalier.engine.step.StepLayout;
import dev.espalier.engine.step.StepResult;

/** A device that answers at once: every choice is the position of its output in the step. */
final class IdleRunner implements ModelRunner {
  private static final int PAGE_SIZE = 16;
  private static final int[] NO_TOKENS = {};
  private static final float[] NO_LOGPROBS = {};

  private final int vocabularySize;
  private final int pages;
  private StepLayout sampled;

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
  public LaunchedStep launch(StepBatch batch) {
    StepLayout layout = StepLayout.of(batch, vocabularySize, PAGE_SIZE, pages, sampled);
    return new LaunchedStep() {
      private StepLayout asked;

      @Override
      public void sample(StepBatch other) {
        asked = layout.asking(other);
        sampled = asked;
      }

      @Override
      public StepResult await() {
        return asked.report(
            (row, output) -> new StepResult.OutputResult(row, -1, -1, row, NO_TOKENS, NO_LOGPROBS));
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
