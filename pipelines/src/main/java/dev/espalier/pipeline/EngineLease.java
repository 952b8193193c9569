package dev.espalier.pipeline;

import dev.espalier.engine.Engine;
import java.util.concurrent.Semaphore;

/** The use of the one engine of this JVM by one task. */
final class EngineLease implements AutoCloseable {
  private final SharedPool<EnginePool.Shared>.Lease lease;

  EngineLease(SharedPool<EnginePool.Shared>.Lease lease) {
    this.lease = lease;
  }

  Engine engine() {
    return lease.value().engine();
  }

  /** One permit, for the range that starts programs. */
  Semaphore turn() {
    return lease.value().turn();
  }

  /** One permit for each program in flight, over all ranges. */
  Semaphore programs() {
    return lease.value().programs();
  }

  /** Permits for ranges whose rows are in memory. */
  Semaphore sorted() {
    return lease.value().sorted();
  }

  /** After a failure of the machine: the next lease opens another engine. */
  void discard() {
    lease.discard();
  }

  @Override
  public void close() {
    lease.close();
  }
}
