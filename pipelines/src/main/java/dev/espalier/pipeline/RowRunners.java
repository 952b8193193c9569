package dev.espalier.pipeline;

import dev.espalier.program.RowRunner;
import java.time.Duration;

/** The row runners of this JVM: one for each program and model. Thread-safe. */
final class RowRunners {
  private static final SharedPool<RowRunner> POOL = new SharedPool<>(RowRunners::close);

  private RowRunners() {}

  static SharedPool<RowRunner>.Lease lease(RowRunnerFactory factory, Duration idle) {
    return POOL.lease(factory.key(), factory::create, idle);
  }

  private static void close(RowRunner runner) {
    if (runner instanceof AutoCloseable closeable) {
      try {
        closeable.close();
      } catch (Exception e) {
        throw new IllegalStateException("could not close a row runner: " + e.getMessage(), e);
      }
    }
  }
}
