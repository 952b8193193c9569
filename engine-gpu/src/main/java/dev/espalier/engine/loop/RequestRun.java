package dev.espalier.engine.loop;

import dev.espalier.engine.EngineException;
import dev.espalier.engine.generate.SequenceListener;
import dev.espalier.engine.schedule.Sequence;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;

/**
 * A request under way: the sequences it needs and everyone who asked for it. Lives on the thread of
 * the steps.
 *
 * @param <R> the result
 */
final class RequestRun<R> implements SequenceListener {

  /** What the engine does when a run gets somewhere. */
  interface Owner {
    void began(RequestRun<?> run);

    void completed(RequestRun<?> run);

    void failed(RequestRun<?> run, EngineException cause);
  }

  private final Object key;
  private final int promptTokens;
  private final Owner owner;
  private final List<CompletableFuture<R>> waiters = new ArrayList<>(1);
  private final List<Sequence> sequences = new ArrayList<>(1);
  private IntFunction<R> result;
  private int incomplete;
  private boolean begun;
  private int cachedTokens;

  /**
   * @param key equal for requests whose results are equal
   * @param promptTokens length of the prompt
   */
  RequestRun(Object key, int promptTokens, Owner owner) {
    this.key = key;
    this.promptTokens = promptTokens;
    this.owner = owner;
  }

  /**
   * Says what the run consists of.
   *
   * @param made from the number of cached prompt tokens once all sequences are complete; called on
   *     another thread
   */
  void consistsOf(List<? extends Sequence> parts, IntFunction<R> made) {
    sequences.addAll(parts);
    incomplete = parts.size();
    result = made;
  }

  Object key() {
    return key;
  }

  int promptTokens() {
    return promptTokens;
  }

  /** Prompt tokens that were cached when the first sequence began. */
  int cachedTokens() {
    return cachedTokens;
  }

  List<Sequence> sequences() {
    return sequences;
  }

  List<CompletableFuture<R>> waiters() {
    return waiters;
  }

  /** Completes a waiter; not on the thread of the steps. */
  void deliver(CompletableFuture<R> waiter, int cached) {
    try {
      waiter.complete(result.apply(cached));
    } catch (RuntimeException e) {
      waiter.completeExceptionally(EngineException.of(e));
    }
  }

  @Override
  public void began(int cached) {
    if (!begun) {
      begun = true;
      cachedTokens = Math.min(cached, promptTokens);
      owner.began(this);
    }
  }

  @Override
  public void completed(Sequence sequence) {
    if (--incomplete == 0) {
      owner.completed(this);
    }
  }

  @Override
  public void failed(EngineException cause) {
    owner.failed(this, cause);
  }
}
