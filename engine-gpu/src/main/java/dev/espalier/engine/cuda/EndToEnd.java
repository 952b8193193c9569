package dev.espalier.engine.cuda;

import dev.espalier.engine.model.ModelRunner;
import dev.espalier.engine.model.StepBatch;
import dev.espalier.engine.model.StepBatch.Slice;
import dev.espalier.engine.model.StepResult;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/**
 * Runs requests from prompt to last token on a runner: prompts first, in pieces that fill a step
 * beside the sequences that are decoded.
 */
final class EndToEnd {

  /**
   * @param groups that share a beginning
   * @param sharedTokens of a group's beginning, 0 for none
   * @param rows in a group
   * @param ownTokens of each row's prompt
   * @param outputTokens of each row
   * @param concurrency most rows at a time
   */
  record Shape(
      int groups, int sharedTokens, int rows, int ownTokens, int outputTokens, int concurrency) {}

  /**
   * @param seconds from the first prompt to the last token
   * @param prefillSeconds in steps with prompts
   * @param outputTokens generated
   * @param computedPromptTokens of prompts, beginnings counted once
   * @param steps in all
   */
  record Outcome(
      double seconds,
      double prefillSeconds,
      long outputTokens,
      long computedPromptTokens,
      int steps) {
    double outputTokensPerSecond() {
      return outputTokens / seconds;
    }
  }

  private final ModelRunner runner;
  private final int maxBatchTokens;
  private final Random random = new Random(7);
  private final Deque<Integer> free = new ArrayDeque<>();
  private double prefillSeconds;
  private long outputTokens;
  private long promptTokens;
  private int steps;

  EndToEnd(ModelRunner runner, int maxBatchTokens) {
    this.runner = runner;
    this.maxBatchTokens = maxBatchTokens;
    for (int i = 0; i < runner.pages(); i++) {
      free.add(i);
    }
  }

  private int[] tokens(int count) {
    return random.ints(count, 0, runner.vocabularySize()).toArray();
  }

  private int[] take(int positions) {
    int[] pages = new int[(positions + runner.pageSize() - 1) / runner.pageSize()];
    Arrays.setAll(pages, i -> free.remove());
    return pages;
  }

  /** Runs all rows of a shape; groups come one after the other. */
  Outcome run(Shape shape) {
    Deque<Traffic> waiting = new ArrayDeque<>();
    for (int g = 0; g < shape.groups(); g++) {
      int[] opening = tokens(shape.sharedTokens());
      for (int r = 0; r < shape.rows(); r++) {
        int[] prompt = Arrays.copyOf(opening, opening.length + shape.ownTokens());
        System.arraycopy(tokens(shape.ownTokens()), 0, prompt, opening.length, shape.ownTokens());
        waiting.add(new Traffic(g, prompt, shape.outputTokens()));
      }
    }
    int[][] groupPages = new int[shape.groups()][];
    int[] left = new int[shape.groups()];
    Arrays.fill(left, shape.rows());
    int shared = shape.sharedTokens() / runner.pageSize() * runner.pageSize();
    prefillSeconds = 0;
    outputTokens = 0;
    promptTokens = 0;
    steps = 0;
    long start = System.nanoTime();
    List<Traffic> running = new ArrayList<>();
    while (!running.isEmpty() || !waiting.isEmpty()) {
      while (running.size() < shape.concurrency() && !waiting.isEmpty()) {
        Traffic sequence = waiting.remove();
        int group = sequence.number();
        int[] pages = Arrays.copyOf(take(shared), (sequence.length() + 15) / runner.pageSize());
        if (groupPages[group] == null) {
          // The first row of a group computes its beginning; rows of one step may read each
          // other's pages, so the others go on from its end in the same step or a later one.
          groupPages[group] = Arrays.copyOf(pages, shared / runner.pageSize());
          sequence.place(fill(pages, shared, sequence.length()), 0);
        } else {
          for (int i = 0; i < shared / runner.pageSize(); i++) {
            free.add(pages[i]);
          }
          int[] all = Arrays.copyOf(groupPages[group], pages.length);
          sequence.place(fill(all, shared, sequence.length()), shared);
        }
        running.add(sequence);
      }
      step(running, shared);
      for (Traffic sequence : running) {
        if (sequence.done()) {
          for (int i = shared / runner.pageSize(); i < sequence.pages().length; i++) {
            free.add(sequence.pages()[i]);
          }
          if (--left[sequence.number()] == 0) {
            for (int page : groupPages[sequence.number()]) {
              free.add(page);
            }
          }
        }
      }
      running.removeIf(Traffic::done);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    return new Outcome(seconds, prefillSeconds, outputTokens, promptTokens, steps);
  }

  private int[] fill(int[] pages, int shared, int length) {
    int first = shared / runner.pageSize();
    int[] own = take(length - shared);
    System.arraycopy(own, 0, pages, first, own.length);
    return pages;
  }

  private void step(List<Traffic> running, int shared) {
    List<Traffic> chosen = new ArrayList<>();
    List<Slice> slices = new ArrayList<>();
    int budget = maxBatchTokens;
    boolean prefill = false;
    for (Traffic sequence : running) {
      if (sequence.pending() == 1) {
        budget--;
      }
    }
    boolean[] openingRuns =
        new boolean[1 + running.stream().mapToInt(Traffic::number).max().orElse(0)];
    for (Traffic sequence : running) {
      boolean decode = sequence.pending() == 1;
      if (!decode && (budget <= 0 || openingRuns[sequence.number()])) {
        continue;
      }
      Slice slice = sequence.next(decode ? 1 : budget);
      if (!decode) {
        budget -= slice.tokens().length;
        promptTokens += slice.tokens().length;
        prefill = true;
        // Rows that share this beginning wait until it is all there.
        openingRuns[sequence.number()] = slice.start() + slice.tokens().length < shared;
      }
      chosen.add(sequence);
      slices.add(slice);
    }
    long start = System.nanoTime();
    StepResult result = runner.run(new StepBatch(List.of(), slices));
    if (prefill) {
      prefillSeconds += (System.nanoTime() - start) / 1e9;
    }
    steps++;
    for (int i = 0; i < chosen.size(); i++) {
      boolean reports = !slices.get(i).outputs().isEmpty();
      chosen.get(i).ran(slices.get(i), reports ? result.slices().get(i).get(0).chosen() : -1);
      outputTokens += reports ? 1 : 0;
    }
  }
}
