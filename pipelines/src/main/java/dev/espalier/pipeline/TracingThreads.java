package dev.espalier.pipeline;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The threads that trace rows in this JVM, one a core, for all tasks together. Thread-safe. */
final class TracingThreads {
  private static final SharedPool<ExecutorService> POOL =
      new SharedPool<>(ExecutorService::shutdown);

  private TracingThreads() {}

  /**
   * The use of the threads.
   *
   * @param idle how long they stay without users
   */
  static SharedPool<ExecutorService>.Lease lease(Duration idle) {
    return POOL.lease("trace", TracingThreads::open, idle);
  }

  private static ExecutorService open() {
    return Executors.newFixedThreadPool(
        Runtime.getRuntime().availableProcessors(),
        task -> {
          Thread thread = new Thread(task, "trace");
          thread.setDaemon(true);
          thread.setContextClassLoader(TracingThreads.class.getClassLoader());
          return thread;
        });
  }

  /** What a task gives, or throws. */
  static <T> T await(Future<T> task) {
    try {
      return task.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while rows were traced", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException(e.getCause());
    }
  }
}
