package dev.espalier.io.storage;

import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps file systems open that something in this JVM needs. When the last use ends, those that were
 * opened are closed, with their connections and threads: a worker of a cluster outlives the job,
 * and the code that a job brought is unloaded with it. Thread-safe.
 */
public final class StorageUse implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StorageUse.class);
  private static final List<AutoCloseable> AT_END = new ArrayList<>(); // guarded by the class

  private static int uses; // guarded by the class

  private boolean ended; // guarded by the class

  private StorageUse() {}

  public static StorageUse begin() {
    synchronized (StorageUse.class) {
      uses++;
      return new StorageUse();
    }
  }

  /** Closes something with the last use; now, if there is none. */
  public static void closeAtEnd(AutoCloseable resource) {
    synchronized (StorageUse.class) {
      AT_END.add(resource);
      if (uses == 0) {
        end();
      }
    }
  }

  private static void end() {
    for (AutoCloseable resource : AT_END) {
      try {
        resource.close();
      } catch (Exception e) {
        LOG.debug("{} was not closed", resource, e);
      }
    }
    AT_END.clear();
    OpenFileSystems.closeAll();
  }

  /** Again does nothing. */
  @Override
  public void close() {
    synchronized (StorageUse.class) {
      if (ended) {
        return;
      }
      ended = true;
      uses--;
      if (uses == 0) {
        end();
      }
    }
  }
}
