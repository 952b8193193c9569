package dev.espalier.program;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The threads that programs wait on: daemons which see the classes that their maker sees, and which
 * end when they have nothing to do.
 */
final class ProgramThreads {
  /** Bytes; enough for templates and regular expressions, and only what is used is kept. */
  private static final long STACK = 512 << 10;

  private static final long IDLE_SECONDS = 10;
  private static final AtomicLong COUNT = new AtomicLong();

  private ProgramThreads() {}

  static ExecutorService atMost(int threads) {
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    ThreadFactory factory =
        task -> {
          Thread thread =
              new Thread(null, task, "espalier-program-" + COUNT.incrementAndGet(), STACK, false);
          thread.setDaemon(true);
          thread.setContextClassLoader(loader);
          return thread;
        };
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            threads, threads, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), factory);
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }
}
