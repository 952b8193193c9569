package dev.espalier.pipeline;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Things of which a JVM has one for each key, counted by their users: opened by the first, closed
 * some time after the last. Thread-safe.
 */
final class SharedPool<T> {
  private static final Logger LOG = LoggerFactory.getLogger(SharedPool.class);

  private final SortedMap<String, Entry> entries = new TreeMap<>(); // guarded by this
  private final Consumer<T> closer;

  SharedPool(Consumer<T> closer) {
    this.closer = closer;
  }

  private final class Entry {
    final CompletableFuture<T> value = new CompletableFuture<>();
    int users; // guarded by the pool
    long leases; // guarded by the pool
    boolean closed; // guarded by the pool
    boolean abandoned; // guarded by the pool; nobody wants what is still being opened
  }

  /** The use of one thing by one user; closing it twice has no effect. */
  final class Lease implements AutoCloseable {
    private final String key;
    private final Entry entry;
    private final Duration idle;
    private boolean released; // guarded by the pool

    private Lease(String key, Entry entry, Duration idle) {
      this.key = key;
      this.entry = entry;
      this.idle = idle;
    }

    T value() {
      return entry.value.join();
    }

    /** No later lease gets this thing; it is closed when its last user lets go. */
    void discard() {
      synchronized (SharedPool.this) {
        entries.remove(key, entry);
      }
    }

    @Override
    public void close() {
      release(this);
    }
  }

  /**
   * Leases the thing named {@code key}, opening it if there is none. Users who come meanwhile wait
   * for that one opening.
   *
   * @param idle how long the thing stays open without users
   * @throws RuntimeException what {@code opener} throws, to all who waited for it
   */
  Lease lease(String key, Supplier<T> opener, Duration idle) {
    Entry entry;
    boolean opens;
    synchronized (this) {
      entry = entries.get(key);
      opens = entry == null;
      if (entry == null) {
        entry = new Entry();
        entries.put(key, entry);
      }
      entry.users++;
      entry.leases++;
    }
    if (opens) {
      open(key, entry, opener);
    } else {
      awaitOpen(entry);
    }
    return new Lease(key, entry, idle);
  }

  /**
   * Opens the thing named {@code key}, if there is none, for those who will lease it. Until the
   * first has, it stays open; {@link #closeAll} closes it even if it is still being opened. What
   * {@code opener} throws goes to those who wait for it by then; later ones try again.
   *
   * @param thread runs {@code opener}
   */
  void warm(String key, Supplier<T> opener, Executor thread) {
    Entry entry = new Entry();
    synchronized (this) {
      if (entries.putIfAbsent(key, entry) != null) {
        return;
      }
    }
    thread.execute(() -> openAhead(key, entry, opener));
  }

  private void openAhead(String key, Entry entry, Supplier<T> opener) {
    try {
      open(key, entry, opener);
    } catch (RuntimeException | Error e) {
      LOG.debug("could not be opened ahead of its use", e);
      return;
    }
    boolean unwanted;
    synchronized (this) {
      unwanted = entry.abandoned && !entry.closed;
      entry.closed |= unwanted;
    }
    if (unwanted) {
      closer.accept(entry.value.join());
    }
  }

  private void open(String key, Entry entry, Supplier<T> opener) {
    try {
      entry.value.complete(opener.get());
    } catch (RuntimeException | Error e) {
      synchronized (this) {
        entries.remove(key, entry);
      }
      entry.value.completeExceptionally(e);
      throw e;
    }
  }

  private void awaitOpen(Entry entry) {
    try {
      entry.value.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw e;
    }
  }

  private void release(Lease lease) {
    Entry entry = lease.entry;
    long leasesNow;
    boolean discarded;
    synchronized (this) {
      if (lease.released) {
        return;
      }
      lease.released = true;
      entry.users--;
      if (entry.users > 0) {
        return;
      }
      leasesNow = entry.leases;
      discarded = entries.get(lease.key) != entry;
    }
    if (discarded || lease.idle.isZero()) {
      closeUnused(lease.key, entry, leasesNow);
    } else {
      closeLater(lease.key, entry, leasesNow, lease.idle);
    }
  }

  private void closeLater(String key, Entry entry, long leasesNow, Duration idle) {
    // Weakly: what closeAll closed meanwhile is not to be held for as long as this waits.
    WeakReference<Entry> waiting = new WeakReference<>(entry);
    CompletableFuture.delayedExecutor(idle.toMillis(), TimeUnit.MILLISECONDS)
        .execute(
            () -> {
              Entry still = waiting.get();
              if (still != null) {
                closeUnused(key, still, leasesNow);
              }
            });
  }

  /**
   * Closes the thing named {@code key} after this time, unless somebody leased it meanwhile; what
   * is still being opened for nobody is closed as soon as it is open.
   */
  void expire(String key, Duration idle) {
    Entry entry;
    long leasesNow;
    synchronized (this) {
      entry = entries.get(key);
      if (entry == null || entry.users > 0) {
        return;
      }
      if (!entry.value.isDone()) {
        entry.abandoned = true;
        entries.remove(key, entry);
        return;
      }
      leasesNow = entry.leases;
    }
    closeLater(key, entry, leasesNow, idle);
  }

  /** Closes what is open, is chosen and has no users. */
  void closeUnused(BiPredicate<String, T> chosen) {
    List<T> unused = new ArrayList<>();
    synchronized (this) {
      entries
          .entrySet()
          .removeIf(
              named -> {
                Entry entry = named.getValue();
                boolean closes =
                    entry.users == 0
                        && entry.value.isDone()
                        && !entry.value.isCompletedExceptionally()
                        && !entry.closed
                        && chosen.test(named.getKey(), entry.value.join());
                if (closes) {
                  entry.closed = true;
                  unused.add(entry.value.join());
                }
                return closes;
              });
    }
    unused.forEach(closer);
  }

  private void closeUnused(String key, Entry entry, long leasesThen) {
    synchronized (this) {
      if (entry.closed || entry.users > 0 || entry.leases != leasesThen) {
        return;
      }
      entry.closed = true;
      entries.remove(key, entry);
    }
    closer.accept(entry.value.join());
  }

  /** Closes all that is open, used or not, and what is being opened and nobody waits for. */
  void closeAll() {
    List<Entry> open = new ArrayList<>();
    List<Entry> unwanted = new ArrayList<>();
    synchronized (this) {
      for (Entry entry : entries.values()) {
        if (entry.value.isDone() && !entry.closed) {
          entry.closed = true;
          open.add(entry);
        } else if (!entry.value.isDone() && entry.leases == 0) {
          entry.abandoned = true;
          unwanted.add(entry);
        }
      }
      entries.values().removeAll(open);
      entries.values().removeAll(unwanted);
    }
    open.forEach(entry -> closer.accept(entry.value.join()));
  }

  /** What is open now, by key. */
  SortedMap<String, T> open() {
    SortedMap<String, T> open = new TreeMap<>();
    synchronized (this) {
      entries.forEach(
          (key, entry) -> {
            if (entry.value.isDone() && !entry.value.isCompletedExceptionally()) {
              open.put(key, entry.value.join());
            }
          });
    }
    return open;
  }
}
