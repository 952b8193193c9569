package dev.espalier.engine.schedule;

import dev.espalier.engine.TokenSequence;
import dev.espalier.engine.cache.PrefixCache;
import dev.espalier.engine.forward.ForwardBatch;
import dev.espalier.engine.forward.ForwardResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** Sequences over pages of four tokens, and a model that always chooses the same token. */
abstract class SchedulerFixture {
  static final int CHOSEN = 9;

  PrefixCache cache = new PrefixCache(100, 4);

  /** Names of the sequences that ended; of those that failed, with the error's code. */
  final List<String> ended = new ArrayList<>();

  @AfterEach
  void pagesAddUp() {
    cache.checkIntegrity();
  }

  final Counting counting(String name, TokenSequence prompt, int limit) {
    return new Counting(name, prompt, limit, ended::add);
  }

  static TokenSequence prompt(int token, int length) {
    int[] tokens = new int[length];
    Arrays.fill(tokens, token);
    return TokenSequence.of(tokens);
  }

  final void runAll(Scheduler scheduler) {
    while (!scheduler.isIdle()) {
      complete(scheduler, scheduler.next());
    }
  }

  /** Completes a step that is under way alone. */
  final void complete(Scheduler scheduler, Step step) {
    complete(scheduler, step, null);
  }

  /**
   * Completes a step.
   *
   * @param following the step put together ahead, or null
   */
  final void complete(Scheduler scheduler, Step step, Step following) {
    List<List<ForwardResult.OutputResult>> results = new ArrayList<>();
    for (ForwardBatch.Slice slice : step.batch().slices()) {
      results.add(
          slice.outputs().stream()
              .map(o -> new ForwardResult.OutputResult(CHOSEN, 0, 0, 9, new int[0], new float[0]))
              .toList());
    }
    scheduler.complete(step, new ForwardResult(results), following);
    cache.checkIntegrity();
  }

  /** Such as {@code name 3+1}: one token at position 3. */
  static String slices(Step step) {
    List<String> slices = new ArrayList<>();
    for (int i = 0; i < step.sequences().size(); i++) {
      ForwardBatch.Slice slice = step.slice(i);
      slices.add(step.sequences().get(i) + " " + slice.start() + "+" + slice.tokens().length);
    }
    return String.join(", ", slices);
  }
}
