package dev.espalier.engine.loop;

import dev.espalier.engine.EngineException;
import dev.espalier.engine.generate.GenerationSequence;
import dev.espalier.engine.schedule.Scheduler;
import dev.espalier.engine.schedule.Sequence;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Requests under way and everyone who waits for them. Equal requests run once. Of the loop's
 * thread.
 */
final class RequestTable implements RequestRun.Owner {
  private final Scheduler scheduler;
  private final Completions completions;
  private final Map<Object, RequestRun<?>> runs = new LinkedHashMap<>();
  private long requests;
  private long promptTokens;
  private long cachedTokens;
  private long generatedTokens;

  RequestTable(Scheduler scheduler, Completions completions) {
    this.scheduler = scheduler;
    this.completions = completions;
  }

  /**
   * Has {@code future} wait for what {@code fresh} is to give, which runs if no equal one does.
   *
   * @param session whose request it is, for the scheduler
   */
  <R> void begin(RequestRun<R> fresh, CompletableFuture<R> future, long session) {
    if (future.isDone()) {
      requests++; // cancelled before it began
      return;
    }
    @SuppressWarnings("unchecked") // equal keys are of equal requests, which have equal results
    RequestRun<R> run = (RequestRun<R>) runs.get(fresh.key());
    if (run != null) {
      run.waiters().add(future);
      promptTokens += run.promptTokens();
      cachedTokens += run.promptTokens();
      return;
    }
    fresh.waiters().add(future);
    runs.put(fresh.key(), fresh);
    if (fresh.sequences().stream().allMatch(Sequence::isComplete)) {
      completed(fresh); // nothing to compute, such as the empty output of a constraint
      return;
    }
    fresh.sequences().forEach(sequence -> scheduler.submit(sequence, session));
  }

  /** Ends the waiting of a future, and the run that nobody else waits for. */
  void cancel(Object key, CompletableFuture<?> future) {
    RequestRun<?> run = runs.get(key);
    if (run != null && run.waiters().removeIf(waiter -> waiter == future)) {
      requests++;
      if (run.waiters().isEmpty()) {
        end(run);
      }
    }
  }

  /** Takes a run out, wherever its sequences are; false if it ended before. */
  private boolean end(RequestRun<?> run) {
    boolean present = runs.remove(run.key(), run);
    run.sequences().forEach(scheduler::cancel);
    return present;
  }

  @Override
  public void began(RequestRun<?> run) {
    promptTokens += run.promptTokens();
    cachedTokens += run.cachedTokens();
  }

  @Override
  public void completed(RequestRun<?> run) {
    end(run);
    for (Sequence sequence : run.sequences()) {
      if (sequence instanceof GenerationSequence generation) {
        generatedTokens += generation.generatedTokens();
      }
    }
    deliver(run);
  }

  /** The first to ask gets what was cached for it; for the others nothing was computed. */
  private <R> void deliver(RequestRun<R> run) {
    for (int i = 0; i < run.waiters().size(); i++) {
      CompletableFuture<R> waiter = run.waiters().get(i);
      int cached = i == 0 ? run.cachedTokens() : run.promptTokens();
      requests++;
      completions.add(() -> run.deliver(waiter, cached));
    }
  }

  @Override
  public void failed(RequestRun<?> run, EngineException cause) {
    if (end(run)) {
      refuse(run, cause);
    }
  }

  private void refuse(RequestRun<?> run, EngineException cause) {
    for (CompletableFuture<?> waiter : run.waiters()) {
      requests++;
      completions.add(() -> waiter.completeExceptionally(cause));
    }
  }

  /** Refuses everyone who waits; what is under way stays until {@link #endAll}. */
  void refuseAll(EngineException cause) {
    runs.values().forEach(run -> refuse(run, cause));
  }

  /** Takes out all that is under way. */
  void endAll() {
    List.copyOf(runs.values()).forEach(this::end);
  }

  /** Requests that were answered, refused or cancelled. */
  long requests() {
    return requests;
  }

  /** Prompt tokens of all requests that began. */
  long promptTokens() {
    return promptTokens;
  }

  /** Those of them that were not computed again. */
  long cachedTokens() {
    return cachedTokens;
  }

  /** Tokens generated for requests that completed. */
  long generatedTokens() {
    return generatedTokens;
  }
}
