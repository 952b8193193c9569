package dev.espalier.engine;

import dev.espalier.engine.model.ModelRunner;
import dev.espalier.engine.model.StepBatch;
import dev.espalier.engine.model.StepResult;
import dev.espalier.engine.sample.LogitsSampler;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * A model whose logits are a hash of the whole sequence, read token by token through the pages it
 * is given: a wrong page anywhere changes every output after it.
 */
final class HistoryRunner implements ModelRunner {
  private static final int NEVER_WRITTEN = -1;

  private final int vocabularySize;
  private final int pageSize;
  private final int[][] slots; // [page][token in page]
  private final LogitsSampler sampler;

  /** Called with each batch before it runs; may throw. */
  volatile Consumer<StepBatch> beforeStep = batch -> {};

  HistoryRunner(int vocabularySize, int pages, int pageSize) {
    this.vocabularySize = vocabularySize;
    this.pageSize = pageSize;
    this.slots = new int[pages][pageSize];
    for (int[] page : slots) {
      Arrays.fill(page, NEVER_WRITTEN);
    }
    this.sampler = new LogitsSampler(vocabularySize);
  }

  /** The logits after the first {@code length} of {@code tokens}. */
  static float[] logits(int[] tokens, int length, int vocabularySize) {
    long hash = 17;
    for (int i = 0; i < length; i++) {
      hash = mix(hash + tokens[i] + 1);
    }
    float[] logits = new float[vocabularySize];
    for (int token = 0; token < vocabularySize; token++) {
      logits[token] = (mix(hash + token) >>> 40) * 0x1p-20f - 8;
    }
    return logits;
  }

  private static long mix(long x) {
    x = (x ^ (x >>> 30)) * 0xbf58476d1ce4e5b9L;
    x = (x ^ (x >>> 27)) * 0x94d049bb133111ebL;
    return x ^ (x >>> 31);
  }

  @Override
  public StepResult run(StepBatch batch) {
    beforeStep.accept(batch);
    for (StepBatch.PageCopy copy : batch.copies()) {
      System.arraycopy(slots[copy.fromPage()], 0, slots[copy.toPage()], 0, copy.tokens());
    }
    for (StepBatch.Slice slice : batch.slices()) {
      for (int i = 0; i < slice.tokens().length; i++) {
        int position = slice.start() + i;
        slots[slice.pages()[position / pageSize]][position % pageSize] = slice.tokens()[i];
      }
    }
    List<List<StepResult.OutputResult>> results = new ArrayList<>();
    for (StepBatch.Slice slice : batch.slices()) {
      int[] history = new int[slice.start() + slice.tokens().length];
      for (int i = 0; i < history.length; i++) {
        history[i] = slots[slice.pages()[i / pageSize]][i % pageSize];
      }
      List<StepResult.OutputResult> ofSlice = new ArrayList<>();
      for (StepBatch.Output output : slice.outputs()) {
        float[] logits = logits(history, slice.start() + output.index() + 1, vocabularySize);
        ofSlice.add(sampler.sample(logits, 0, output));
      }
      results.add(ofSlice);
    }
    return new StepResult(results);
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
    return pageSize;
  }

  @Override
  public int pages() {
    return slots.length;
  }

  @Override
  public void close() {}
}
