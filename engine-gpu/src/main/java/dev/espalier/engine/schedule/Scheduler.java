package dev.espalier.engine.schedule;

import dev.espalier.engine.EngineException;
import dev.espalier.engine.cache.PageTable;
import dev.espalier.engine.cache.PrefixCache;
import dev.espalier.engine.cache.PrefixMatch;
import dev.espalier.engine.model.StepResult;
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
 * <p>Used by one thread: {@link #next}, then {@link #complete} or {@link #fail} with what it
 * returned; the other methods between steps.
 */
public final class Scheduler {
  private final PrefixCache cache;
  private final int maxBatchTokens;
  private final int maxSequences;
  private final Seniority seniority = new Seniority();
  private final WaitingLine waiting;
  private final TreeSet<Sequence> running = new TreeSet<>(Sequence.SENIOR_FIRST);
  private long submitted;
  private long steps;
  private long computedTokens;
  private long preemptions;
  private int peakPages;

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
   * @param program see {@link dev.espalier.engine.GenerationRequest#program}
   */
  public void submit(Sequence sequence, long program) {
    sequence.seniority = seniority.of(program);
    sequence.serial = submitted++;
    waiting.add(sequence);
  }

  /** Takes a sequence out, wherever it is, and tells it nothing; false if it is not here. */
  public boolean cancel(Sequence sequence) {
    if (waiting.remove(sequence)) {
      return true;
    }
    boolean ran = running.remove(sequence);
    if (ran) {
      release(sequence);
    }
    return ran;
  }

  public boolean isIdle() {
    return running.isEmpty() && waiting.isEmpty();
  }

  /** The next step; empty if and only if nothing waits or runs. */
  public Step next() {
    cache.settle();
    makeRoom();
    Step step = new Step(maxBatchTokens);
    advanceGenerating(step);
    advanceOthers(step);
    admitWaiting(step);
    if (step.isEmpty() && !isIdle()) {
      throw new IllegalStateException(
          "no sequence can go on: " + running.size() + " run, " + waiting.all().size() + " wait");
    }
    peakPages = Math.max(peakPages, cache.totalPages() - cache.availablePages());
    return step;
  }

  /** Reserves the pages that running sequences have grown into, at the cost of the youngest. */
  private void makeRoom() {
    for (Sequence sequence : List.copyOf(running)) {
      while (sequence.pages != null && !cache.reserve(sequence.pages, sequence.wantedLength())) {
        preempt(running.last());
      }
    }
  }

  private void preempt(Sequence sequence) {
    running.remove(sequence);
    release(sequence);
    waiting.add(sequence);
    preemptions++;
  }

  private void advanceGenerating(Step step) {
    for (Sequence sequence : running) {
      if (missing(sequence) == 1) {
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

  private void admitWaiting(Step step) {
    while (step.budget() > 0 && running.size() < maxSequences) {
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
        return;
      }
      waiting.remove(sequence);
      running.add(sequence);
      sequence.pages = pages;
      sequence.computed = match.tokens();
      if (!sequence.admitted) {
        sequence.admitted = true;
        sequence.begin(match.tokens());
      }
      advance(step, sequence);
    }
  }

  private static int missing(Sequence sequence) {
    return sequence.wantedLength() - sequence.computed;
  }

  private void advance(Step step, Sequence sequence) {
    int end = sequence.computed + Math.min(missing(sequence), step.budget());
    step.add(sequence, end);
    cache.write(sequence.pages, sequence.tokenArray(), end);
    sequence.computed = end;
  }

  /** Hands the results of a step to its sequences. */
  public void complete(Step step, StepResult result) {
    steps++;
    for (int i = 0; i < step.sequences().size(); i++) {
      Sequence sequence = step.sequences().get(i);
      computedTokens += step.slice(i).tokens().length;
      if (sequence.pages == null) {
        continue; // it was given up because of another of this step
      }
      try {
        sequence.accept(step.slice(i).start(), step.slice(i).outputs(), result.slices().get(i));
      } catch (RuntimeException e) {
        end(sequence);
        sequence.fail(EngineException.of(e));
        continue;
      }
      if (sequence.isComplete()) {
        end(sequence);
        sequence.complete();
      }
    }
  }

  private void end(Sequence sequence) {
    running.remove(sequence);
    release(sequence);
  }

  private void release(Sequence sequence) {
    cache.release(sequence.pages, sequence.tokenArray(), sequence.computed);
    sequence.pages = null;
    sequence.computed = 0;
  }

  /** Fails the sequences of a step that did not succeed; the others go on. */
  public void fail(Step step, EngineException cause) {
    for (Sequence sequence : step.sequences()) {
      running.remove(sequence);
      cache.discard(sequence.pages);
      sequence.pages = null;
    }
    step.sequences().forEach(sequence -> sequence.fail(cause));
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

  /** Tokens that went through steps that succeeded. */
  public long computedTokens() {
    return computedTokens;
  }

  public long preemptions() {
    return preemptions;
  }

  /** Most pages held by running sequences at once. */
  public int peakPages() {
    return peakPages;
  }
}
