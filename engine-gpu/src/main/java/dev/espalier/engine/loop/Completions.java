package dev.espalier.engine.loop;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinPool;

/**
 * Completes futures on threads of their own, so that what depends on them does not run on the
 * loop's. Of the loop's thread.
 */
final class Completions {
  private final ForkJoinPool threads = threads();
  private final List<Runnable> outbox = new ArrayList<>();

  /** Dependents may wait for other futures: a waiting thread of this pool is replaced. */
  private static ForkJoinPool threads() {
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    return new ForkJoinPool(
        2,
        pool -> {
          var thread = ForkJoinPool.defaultForkJoinWorkerThreadFactory.newThread(pool);
          thread.setName("espalier-completion-" + thread.getPoolIndex());
          thread.setContextClassLoader(loader);
          return thread;
        },
        null,
        true);
  }

  /** Takes what to do at the next {@link #send}. */
  void add(Runnable completion) {
    outbox.add(completion);
  }

  /** Hands over what was added. */
  void send() {
    outbox.forEach(threads::execute);
    outbox.clear();
  }

  /** Ends the threads when what was sent is done. */
  void close() {
    threads.shutdown();
  }
}
