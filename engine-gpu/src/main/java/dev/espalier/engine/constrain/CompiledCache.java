package dev.espalier.engine.constrain;

import dev.espalier.engine.Constraint;
import dev.espalier.engine.ConstraintException;
import dev.espalier.engine.constrain.vocabulary.SizedConstraint;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Function;

/**
 * Keeps the compiled constraints that were used last, and the reasons of those that cannot be
 * compiled. Thread-safe: a constraint is compiled by the first thread that asks, the others wait.
 */
final class CompiledCache {
  private final int maxEntries;
  private final long maxBytes;
  private final Function<Constraint, SizedConstraint> compile;
  private final Map<Constraint, Entry> entries = new LinkedHashMap<>(64, 0.75f, true);
  private long bytes;

  private static final class Entry {
    private final FutureTask<SizedConstraint> task;
    private long bytes;

    private Entry(FutureTask<SizedConstraint> task) {
      this.task = task;
    }
  }

  CompiledCache(int maxEntries, long maxBytes, Function<Constraint, SizedConstraint> compile) {
    this.maxEntries = maxEntries;
    this.maxBytes = maxBytes;
    this.compile = compile;
  }

  SizedConstraint get(Constraint constraint) {
    Entry entry;
    synchronized (entries) {
      entry =
          entries.computeIfAbsent(
              constraint, key -> new Entry(new FutureTask<>(() -> compile.apply(key))));
    }
    entry.task.run(); // does nothing if it ran or runs already
    try {
      SizedConstraint result = entry.task.get();
      charge(constraint, entry, result.sizeInBytes());
      return result;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ConstraintException refused) {
        charge(constraint, entry, 0);
        throw refused.again();
      }
      forget(constraint, entry);
      throw new IllegalStateException("compiling " + constraint, e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while compiling " + constraint, e);
    }
  }

  /** Counts a finished entry, and lets go of the oldest ones while there is too much. */
  private void charge(Constraint constraint, Entry entry, long size) {
    synchronized (entries) {
      if (entries.get(constraint) == entry && entry.bytes != size) {
        bytes += size - entry.bytes;
        entry.bytes = size;
      }
      Iterator<Entry> oldest = entries.values().iterator();
      while (entries.size() > 1 && (bytes > maxBytes || entries.size() > maxEntries)) {
        bytes -= oldest.next().bytes;
        oldest.remove();
      }
    }
  }

  private void forget(Constraint constraint, Entry entry) {
    synchronized (entries) {
      entries.remove(constraint, entry);
    }
  }
}
