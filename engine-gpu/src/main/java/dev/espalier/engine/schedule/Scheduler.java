package dev.espalier.engine.schedule;

import dev.espalier.engine.EngineException;
import dev.espalier.engine.cache.PageTable;
import dev.espalier.engine.cache.PrefixCache;
import dev.espalier.engine.cache.PrefixMatch;
import dev.espalier.engine.forward.ForwardBatch;
import dev.espalier.engine.forward.ForwardResult;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Decides which tokens of which sequences make up each step: first one token of every sequence that
 * lacks one, then the rest of those under way, then as many waiting ones as there are tokens and
 * pages for. Long beginnings are cut to what fits.
 *
 * <p>Pages for all known tokens are reserved when a sequence is admitted, and one by one as it
 * grows. When none is left, the youngest running sequence gives up its pages and waits to be
 * computed again. The oldest is never the youngest while others run, so it always ends, and then
 * the next.
 *
 * <p>A step may be put together {@linkplain #ahead ahead}, while the one before is under way. It
 * then goes on with tokens that are still being chosen. If the choice ends a sequence, what the
 * step computes for it is dropped. A sequence keeps its pages until no step under way names them.
 *
 * <p>Used by one thread: {@link #next}, or {@link #ahead} while one step is under way; then, in the
 * same order, {@link #complete} or {@link #fail} with what it returned; the other methods at any
 * time between.
 */
public final class Scheduler {
  // A step that leaves out one sequence in so many is not put together ahead: the others would gain
  // less by it than those lose.
  private static final int TOKENS_FOR_ONE_LEFT_OUT = 8;

  private final PrefixCache cache;
  private final int maxBatchTokens;
  private final int maxSequences;
  private final Seniority seniority = new Seniority();
  private final WaitingLine waiting;
  private final TreeSet<Sequence> running = new TreeSet<>(Sequence.SENIOR_FIRST);
  private long submitted;
  private long steps;
  private long computedTokens;
  private long promptTokens;
  private long generatedTokens;
  private long preemptions;
  private int peakPages;
  private boolean shortOfPages;

  public Scheduler(PrefixCache cache, int maxBatchTokens, int maxSequences) {
    this.cache = cache;
    this.maxBatchTokens = maxBatchTokens;
    // Each running sequence may lack one token in the same step.
    this.maxSequences = Math.min(maxSequences, maxBatchTokens);
    this.waiting = new WaitingLine(cache);
  }

  /**
   * Puts a sequence in line. All the tokens that it will ever want computed fit into the cache.
   *
   * @param session see {@link dev.espalier.engine.GenerationRequest#session}
   */
  public void submit(Sequence sequence, long session) {
    sequence.seniority = seniority.of(session);
    sequence.serial = submitted++;
    waiting.add(sequence);
  }

  /** Takes a sequence out, wherever it is, and tells it nothing; false if it is not here. */
  public boolean cancel(Sequence sequence) {
    if (waiting.remove(sequence)) {
      return true;
    }
    boolean ran = running.contains(sequence);
    if (ran) {
      end(sequence);
    }
    return ran;
  }

  public boolean isIdle() {
    return running.isEmpty() && waiting.isEmpty();
  }

  /** The next step, with none under way; empty if and only if nothing waits or runs. */
  public Step next() {
    makeRoom();
    Step step = build(running.size());
    if (step.isEmpty() && !isIdle()) {
      throw new IllegalStateException(
          "no sequence can go on: " + running.size() + " run, " + waiting.all().size() + " wait");
    }
    return step;
  }

  /**
   * The step after the one that is under way. Empty if it is better to wait for that: because too
   * much depends on what it chooses, because someone would have to give up pages, or because there
   * is nothing to do.
   */
  public Step ahead() {
    int leftOut = 0;
    int ending = 0;
    int tokens = 0;
    for (Sequence sequence : running) {
      int missing = missing(sequence);
      tokens += missing;
      if (missing == 0) {
        boolean depends = sequence.choice >= 0 && sequence.outlook() == Sequence.Outlook.DEPENDS;
        leftOut += depends ? 1 : 0;
        ending += depends ? 0 : 1;
      }
    }
    if (leftOut * TOKENS_FOR_ONE_LEFT_OUT > tokens || !hasRoom()) {
      return new Step(0);
    }
    return build(running.size() - ending);
  }

  /**
   * @param continuing sequences that go on running, the others end with the step under way
   */
  private Step build(int continuing) {
    Step step = new Step(maxBatchTokens);
    shortOfPages = false;
    advanceGenerating(step);
    advanceOthers(step);
    admitWaiting(step, maxSequences - continuing);
    step.launch();
    peakPages = Math.max(peakPages, cache.totalPages() - cache.availablePages());
    return step;
  }

  /** Reserves the pages that running sequences have grown into, at the cost of the youngest. */
  private void makeRoom() {
    for (Sequence sequence : List.copyOf(running)) {
      while (sequence.pages != null && !cache.reserve(sequence.pages, target(sequence))) {
        preempt(running.last());
      }
    }
  }

  /** Reserves the pages that running sequences have grown into; false if there are not enough. */
  private boolean hasRoom() {
    for (Sequence sequence : running) {
      if (!cache.reserve(sequence.pages, target(sequence))) {
        return false;
      }
    }
    return true;
  }

  private void preempt(Sequence sequence) {
    running.remove(sequence);
    release(sequence);
    waiting.add(sequence);
    preemptions++;
  }

  private void advanceGenerating(Step step) {
    for (Sequence sequence : running) {
      if (missing(sequence) == 1 && step.budget() > 0) {
        advance(step, sequence);
      }
    }
  }

  private void advanceOthers(Step step) {
    for (Sequence sequence : running) {
      if (step.budget() == 0) {
        return;
      }
      if (missing(sequence) > 0) {
        advance(step, sequence);
      }
    }
  }

  private void admitWaiting(Step step, int most) {
    int admitted = 0;
    while (step.budget() > 0 && admitted < most) {
      Sequence sequence = waiting.first();
      if (sequence == null) {
        return;
      }
      PrefixMatch match = cache.match(sequence.tokenArray(), sequence.firstWanted());
      if (match.isBlocked()) {
        waiting.standAside(sequence, match);
        continue;
      }
      // Every running sequence can grow by one more page before anyone has to give way.
      PageTable pages =
          cache.open(
              match, sequence.tokenArray(), sequence.wantedLength(), running.size(), step.copies());
      if (pages == null) {
        shortOfPages = true;
        return;
      }
      waiting.remove(sequence);
      running.add(sequence);
      admitted++;
      sequence.pages = pages;
      sequence.computed = match.tokens();
      sequence.skipPrompt(match.tokens());
      sequence.confirmed = match.tokens();
      if (!sequence.admitted) {
        sequence.admitted = true;
        sequence.begin(match.tokens());
      }
      advance(step, sequence);
    }
  }

  /** How many tokens to have computed, with one that is being chosen if it goes on after it. */
  private static int target(Sequence sequence) {
    boolean one = sequence.choice >= 0 && sequence.outlook() == Sequence.Outlook.GOES_ON;
    return one ? sequence.length() + 1 : sequence.wantedLength();
  }

  private static int missing(Sequence sequence) {
    return target(sequence) - sequence.computed;
  }

  private void advance(Step step, Sequence sequence) {
    int end = sequence.computed + Math.min(missing(sequence), step.budget());
    step.add(sequence, end);
    cache.write(sequence.pages, end);
    sequence.computed = end;
  }

  /**
   * Hands the results of a step to its sequences.
   *
   * @param following the step that was put together ahead after it, or null: what it asks after
   *     tokens that were chosen now is in its batch from here on
   */
  public void complete(Step step, ForwardResult result, Step following) {
    steps++;
    for (int i = 0; i < step.sequences().size(); i++) {
      Sequence sequence = step.sequences().get(i);
      ForwardBatch.Slice slice = step.slice(i);
      computedTokens += slice.tokens().length;
      promptTokens += sequence.countPrompt(slice.start() + slice.tokens().length);
      leave(sequence);
      sequence.damaged |=
          !sequence.gone && !step.isSilent(i) && failure(slice, result.slices().get(i)) != null;
      if (sequence.damaged) {
        continue;
      }
      int end = slice.start() + slice.tokens().length;
      // What was chosen for a sequence that is gone is not known.
      sequence.confirmed = Math.min(end, sequence.length());
      cache.settle(sequence.pages, sequence.tokenArray(), sequence.confirmed);
    }
    for (int i = 0; i < step.sequences().size(); i++) {
      Sequence sequence = step.sequences().get(i);
      if (sequence.gone) {
        releaseIfUnnamed(sequence);
      } else if (sequence.damaged) {
        end(sequence);
        sequence.fail(failure(step.slice(i), result.slices().get(i)));
      } else {
        accept(sequence, step.slice(i), step.isSilent(i), result.slices().get(i));
      }
    }
    if (following != null) {
      following.ask();
    }
  }

  /** The first failure of outputs, and where it is in the sequence; null if there is none. */
  private static EngineException failure(
      ForwardBatch.Slice slice, List<ForwardResult.OutputResult> results) {
    for (int i = 0; i < results.size(); i++) {
      EngineException failure = results.get(i).failure();
      if (failure != null) {
        int position = slice.start() + slice.outputs().get(i).index();
        return new EngineException(
            failure.code(), "After token " + position + ": " + failure.getMessage(), failure);
      }
    }
    return null;
  }

  private void accept(
      Sequence sequence,
      ForwardBatch.Slice slice,
      boolean silent,
      List<ForwardResult.OutputResult> results) {
    try {
      if (!silent) {
        sequence.accept(slice.start(), slice.outputs(), results);
        generatedTokens += sequence.countGrowth();
      }
    } catch (RuntimeException e) {
      end(sequence);
      sequence.fail(EngineException.of(e));
      return;
    }
    if (sequence.isComplete()) {
      end(sequence);
      sequence.complete();
    }
  }

  private static void leave(Sequence sequence) {
    if (--sequence.underWay == 0) {
      sequence.choice = -1;
    }
  }

  private void end(Sequence sequence) {
    running.remove(sequence);
    sequence.gone = true;
    releaseIfUnnamed(sequence);
  }

  private void releaseIfUnnamed(Sequence sequence) {
    if (sequence.underWay == 0 && sequence.pages != null) {
      release(sequence);
    }
  }

  private void release(Sequence sequence) {
    if (sequence.damaged) {
      cache.discard(sequence.pages);
    } else {
      cache.release(sequence.pages, sequence.tokenArray(), sequence.confirmed);
    }
    sequence.pages = null;
    sequence.computed = 0;
    sequence.confirmed = 0;
  }

  /**
   * Fails the sequences of a step that did not succeed; the others go on. What was put together
   * ahead of it has to fail as well.
   */
  public void fail(Step step, EngineException cause) {
    List<Sequence> failed = new ArrayList<>();
    for (Sequence sequence : step.sequences()) {
      leave(sequence);
      if (!sequence.gone) {
        running.remove(sequence);
        sequence.gone = true;
        failed.add(sequence);
      }
      if (sequence.underWay == 0) {
        cache.discard(sequence.pages);
        sequence.pages = null;
      }
    }
    failed.forEach(sequence -> sequence.fail(cause));
  }

  /** Fails everything. */
  public void failAll(EngineException cause) {
    List<Sequence> all = new ArrayList<>(running);
    all.addAll(waiting.all());
    for (Sequence sequence : all) {
      if (cancel(sequence)) {
        sequence.fail(cause);
      }
    }
  }

  public long steps() {
    return steps;
  }

  /** Tokens that went through steps that succeeded, those that were dropped included. */
  public long computedTokens() {
    return computedTokens;
  }

  /** Prompt tokens that went through steps that succeeded, each once. */
  public long promptTokens() {
    return promptTokens;
  }

  /** Tokens that sequences gained so far. */
  public long generatedTokens() {
    return generatedTokens;
  }

  /** Sequences that hold pages. */
  public int running() {
    return running.size();
  }

  /** Sequences that hold none. */
  public int waiting() {
    return waiting.size();
  }

  /** Whether a sequence was left out of the last step because there were no pages for it. */
  public boolean isShortOfPages() {
    return shortOfPages;
  }

  public long preemptions() {
    return preemptions;
  }

  /** Most pages held by running sequences at once. */
  public int peakPages() {
    return peakPages;
  }
}
