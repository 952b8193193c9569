package dev.espalier.engine.cpu;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Threads that share the tasks of one parallel loop after another. A loop lasts tens of
 * microseconds, so waiting threads spin for a while before they park. Which thread takes a task is
 * left to chance; no result depends on it.
 */
final class Workers implements AutoCloseable {
  private static final int SPINS_BEFORE_PARK = 4_000;
  private static final long WAIT_NANOS = 20_000;

  /** One task of a loop. */
  @FunctionalInterface
  interface Task {
    /**
     * @param index of the task
     * @param worker of the thread, in {@code [0, count)}: the owner of its scratch memory
     */
    void run(int index, int worker);
  }

  private static final class Loop {
    private final Task task;
    private final int tasks;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger done = new AtomicInteger();
    private volatile Throwable failure;

    Loop(Task task, int tasks) {
      this.task = task;
      this.tasks = tasks;
    }

    void work(int worker) {
      for (int i = next.getAndIncrement(); i < tasks; i = next.getAndIncrement()) {
        try {
          if (failure == null) {
            task.run(i, worker);
          }
        } catch (Throwable t) { // handed to the caller of the loop
          failure = t;
        } finally {
          done.incrementAndGet();
        }
      }
    }
  }

  private final Thread[] threads;
  private volatile Loop current;
  private volatile boolean closed;

  /**
   * @param count threads in all, the caller's included
   */
  Workers(int count) {
    threads = new Thread[count - 1];
    for (int i = 0; i < threads.length; i++) {
      int worker = i + 1;
      threads[i] = new Thread(() -> serve(worker), "espalier-cpu-" + worker);
      threads[i].setDaemon(true);
      threads[i].start();
    }
  }

  int count() {
    return threads.length + 1;
  }

  /** Runs {@code tasks} tasks and returns when all have ended; the caller takes part. */
  void run(int tasks, Task task) {
    if (tasks <= 1 || threads.length == 0) {
      for (int i = 0; i < tasks; i++) {
        task.run(i, 0);
      }
      return;
    }
    Loop loop = new Loop(task, tasks);
    current = loop;
    for (Thread thread : threads) {
      LockSupport.unpark(thread);
    }
    loop.work(0);
    int spins = 0;
    while (loop.done.get() < tasks) {
      if (++spins < SPINS_BEFORE_PARK) {
        Thread.onSpinWait();
      } else {
        LockSupport.parkNanos(WAIT_NANOS);
      }
    }
    if (loop.failure instanceof RuntimeException e) {
      throw e;
    }
    if (loop.failure instanceof Error e) {
      throw e;
    }
  }

  private void serve(int worker) {
    Loop last = null;
    int spins = 0;
    while (!closed) {
      Loop loop = current;
      if (loop != last) {
        loop.work(worker);
        last = loop;
        spins = 0;
      } else if (++spins < SPINS_BEFORE_PARK) {
        Thread.onSpinWait();
      } else {
        LockSupport.park(this);
        spins = 0;
      }
    }
  }

  /** Ends the threads; no loop may be running. */
  @Override
  public void close() {
    closed = true;
    for (Thread thread : threads) {
      LockSupport.unpark(thread);
    }
  }
}
