package dev.espalier.pipeline;

import dev.espalier.engine.Devices;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineActivity;
import dev.espalier.engine.EngineStatistics;
import java.time.Duration;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;

/**
 * The engines of this JVM: one for each model, device and options, shared by all tasks.
 * Thread-safe.
 */
public final class EnginePool {
  /**
   * An engine and the rights to use it.
   *
   * @param devices where it computes
   * @param turn one permit: the range that holds it starts programs. Ranges that start programs at
   *     the same time would push each other's prefixes out of the cache
   * @param programs one permit for each program in flight
   * @param sorted permits for ranges whose rows are in memory: the one that starts programs and the
   *     next
   */
  record Shared(
      Engine engine, Devices devices, Semaphore turn, Semaphore programs, Semaphore sorted) {
    Shared(Engine engine, Devices devices, int inFlight) {
      this(
          engine,
          devices,
          new Semaphore(1, true),
          new Semaphore(inFlight * engine.devices(), true),
          new Semaphore(2, true));
    }
  }

  private static final SharedPool<Shared> POOL = new SharedPool<>(shared -> shared.engine.close());

  private EnginePool() {}

  /**
   * Leases the engine that {@code factory} names, opening it if this JVM has none.
   *
   * @param inFlight programs that may run at once on each of its devices; what the first lease says
   *     holds
   * @param idle how long it stays open without leases
   */
  static EngineLease lease(EngineFactory factory, int inFlight, Duration idle) {
    return new EngineLease(POOL.lease(factory.key(), () -> opened(factory, inFlight), idle));
  }

  private static Shared opened(EngineFactory factory, int inFlight) {
    return new Shared(factory.open(), factory.devices(), inFlight);
  }

  /**
   * Begins to open the engine that {@code factory} names, if this JVM has none, and returns at
   * once: the first lease finds it open, or waits for less. What goes wrong is told by that lease.
   * An engine that nobody leases is closed by {@link #closeAll}.
   *
   * @param inFlight as of {@link #lease}
   */
  public static void warmUp(EngineFactory factory, int inFlight) {
    POOL.warm(factory.key(), () -> opened(factory, inFlight), EnginePool::onThreadOfItsOwn);
  }

  /** A job that needs no engine does not wait for it. */
  private static void onThreadOfItsOwn(Runnable opening) {
    Thread thread = new Thread(opening, "engine-warm-up");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Before a job of a process that runs one after another: closes engines that nobody uses on the
   * devices of {@code factory}, except the one that it names. What that one has done so far is told
   * by nobody any more.
   */
  public static void makeRoom(EngineFactory factory) {
    POOL.closeUnused(
        (key, shared) -> !key.equals(factory.key()) && shared.devices.overlap(factory.devices()));
    Shared own = POOL.open().get(factory.key());
    if (own != null) {
      var unused = EngineMeter.of(own.engine).report(own.engine);
    }
  }

  /**
   * After a job of a process that runs one after another: the engine that {@code factory} names
   * stays open for so long, even if the job did not need it after all.
   */
  public static void keep(EngineFactory factory, Duration idle) {
    POOL.expire(factory.key(), idle);
  }

  /** Totals of the engines that are open, by {@link EngineFactory#key()}. */
  public static SortedMap<String, EngineStatistics> statistics() {
    SortedMap<String, EngineStatistics> statistics = new TreeMap<>();
    POOL.open().forEach((key, shared) -> statistics.put(key, shared.engine.statistics()));
    return statistics;
  }

  /** What the engines of this JVM are doing, all together; empty while none is open. */
  public static Optional<EngineActivity> activity() {
    return POOL.open().values().stream()
        .map(shared -> shared.engine.activity())
        .reduce(EngineActivity::plus);
  }

  /** What the engine that {@code factory} names is doing; empty while it is not open. */
  public static Optional<EngineActivity> activity(EngineFactory factory) {
    return Optional.ofNullable(POOL.open().get(factory.key()))
        .map(shared -> shared.engine.activity());
  }

  /** Closes the engines that nobody uses. */
  public static void closeUnused() {
    POOL.closeUnused((key, shared) -> true);
  }

  /** Closes all engines, for the end of the process. */
  public static void closeAll() {
    POOL.closeAll();
  }
}
