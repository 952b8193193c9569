package dev.espalier.engine.cuda.driver;

import dev.espalier.engine.EngineException;
import java.util.ArrayDeque;
import java.util.Deque;

/** Resources that are closed together: the last one first, and each even if another fails. */
public final class Resources implements AutoCloseable {
  private final Deque<AutoCloseable> owned = new ArrayDeque<>();

  /** Takes over {@code resource}. */
  public <T extends AutoCloseable> T own(T resource) {
    owned.push(resource);
    return resource;
  }

  /**
   * Closes them; a second call does nothing.
   *
   * @throws EngineException the first failure, with the others suppressed
   */
  @Override
  public void close() {
    EngineException failure = null;
    while (!owned.isEmpty()) {
      try {
        owned.pop().close();
      } catch (Exception e) {
        if (failure == null) {
          failure = EngineException.of(e);
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
