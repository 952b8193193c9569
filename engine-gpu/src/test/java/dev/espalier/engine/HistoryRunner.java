package dev.espalier.engine;

import dev.espalier.engine.forward.ForwardBatch;
import dev.espalier.engine.forward.ForwardResult;
import dev.espalier.engine.forward.LaunchedForward;
import dev.espalier.engine.forward.ModelRunner;
import dev.espalier.engine.sample.LogitsSampler;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/**
 * A model whose logits are a hash of the whole sequence, unless others are given, read token by
 * token through the pages it is given: a wrong page anywhere changes every output after it. It runs
 * a step at the last moment, from the very arrays that it was launched with, as a device may.
 */
final class HistoryRunner implements ModelRunner {
  private static final int NEVER_WRITTEN = -1;

  private final int vocabularySize;
  private final int pageSize;
  private final int[][] slots; // [page][token in page]
  private final LogitsSampler sampler;
  private final boolean runsAhead;
  private final Deque<Launched> underWay = new ArrayDeque<>();
  private int[] chosen = {}; // by the outputs of the last step that ran

  /** Called with each batch before it is launched; may throw. */
  volatile Consumer<ForwardBatch> beforeStep = batch -> {};

  /** Called with each batch when it runs; may throw. */
  volatile Consumer<ForwardBatch> duringStep = batch -> {};

  /** Gives the logits after the first {@code length} of {@code tokens}. */
  @FunctionalInterface
  interface Logits {
    float[] after(int[] tokens, int length);
  }

  private final Logits model;

  HistoryRunner(int vocabularySize, int pages, int pageSize, boolean runsAhead) {
    this(
        vocabularySize,
        pages,
        pageSize,
        runsAhead,
        (tokens, length) -> logits(tokens, length, vocabularySize));
  }

  HistoryRunner(int vocabularySize, int pages, int pageSize, boolean runsAhead, Logits model) {
    this.model = model;
    this.vocabularySize = vocabularySize;
    this.pageSize = pageSize;
    this.runsAhead = runsAhead;
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
  public boolean runsAhead() {
    return runsAhead;
  }

  @Override
  public LaunchedForward launch(ForwardBatch batch) {
    if (underWay.size() == 2 || (!underWay.isEmpty() && underWay.getLast().asked == null)) {
      throw new IllegalStateException("launched too early after another step");
    }
    beforeStep.accept(batch);
    Launched step = new Launched(batch);
    underWay.add(step);
    return step;
  }

  private final class Launched implements LaunchedForward {
    private final ForwardBatch batch;
    private ForwardBatch asked;

    Launched(ForwardBatch batch) {
      this.batch = batch;
    }

    @Override
    public void sample(ForwardBatch other) {
      asked = other;
    }

    @Override
    public ForwardResult await() {
      if (underWay.remove() != this) {
        throw new IllegalStateException("awaited before an earlier step");
      }
      duringStep.accept(batch);
      return compute(batch, asked);
    }
  }

  private ForwardResult compute(ForwardBatch batch, ForwardBatch asked) {
    for (ForwardBatch.PageCopy copy : batch.copies()) {
      System.arraycopy(slots[copy.fromPage()], 0, slots[copy.toPage()], 0, copy.tokens());
    }
    for (ForwardBatch.Slice slice : batch.slices()) {
      for (int i = 0; i < slice.tokens().length; i++) {
        int position = slice.start() + i;
        int token = slice.tokens()[i];
        slots[slice.pages()[position / pageSize]][position % pageSize] =
            token < 0 ? chosen[~token] : token;
      }
    }
    List<List<ForwardResult.OutputResult>> results = new ArrayList<>();
    for (ForwardBatch.Slice slice : asked.slices()) {
      int[] history = new int[slice.start() + slice.tokens().length];
      for (int i = 0; i < history.length; i++) {
        history[i] = slots[slice.pages()[i / pageSize]][i % pageSize];
      }
      List<ForwardResult.OutputResult> ofSlice = new ArrayList<>();
      for (ForwardBatch.Output output : slice.outputs()) {
        float[] logits = model.after(history, slice.start() + output.index() + 1);
        ofSlice.add(sampler.sample(logits, 0, output));
      }
      results.add(ofSlice);
    }
    chosen =
        results.stream()
            .flatMap(List::stream)
            .mapToInt(ForwardResult.OutputResult::chosen)
            .toArray();
    return new ForwardResult(results);
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
