package dev.espalier.pipeline;

import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineActivity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * Divides what the one engine of a JVM does among the tasks that share it, so that what they tell
 * adds up to what it did. Thread-safe.
 */
final class EngineMeter {
  private static final Map<Engine, EngineMeter> METERS = new WeakHashMap<>(); // guarded by class

  private EngineActivity reported = EngineActivity.NONE;
  private EngineActivity shown = EngineActivity.NONE;
  private final List<Share> shares = new ArrayList<>(1);

  private EngineMeter() {}

  /** The meter of an engine. */
  static EngineMeter of(Engine engine) {
    synchronized (EngineMeter.class) {
      return METERS.computeIfAbsent(engine, key -> new EngineMeter());
    }
  }

  /** What the engine did since the last call, by whichever task. */
  synchronized EngineActivity report(Engine engine) {
    EngineActivity now = engine.activity();
    EngineActivity since = now.since(reported);
    reported = now;
    return since;
  }

  /** A share for a task. */
  synchronized Share open() {
    Share share = new Share();
    shares.add(share);
    return share;
  }

  /** What a task tells of the engine; what was done before stays told when it is closed. */
  final class Share implements AutoCloseable {
    private EngineActivity mine = EngineActivity.NONE;

    /**
     * What falls to this task: all that was done since any task asked, and, of the first of the
     * tasks, what is so at the moment.
     */
    EngineActivity now(Engine engine) {
      synchronized (EngineMeter.this) {
        if (shares.contains(this)) {
          EngineActivity now = engine.activity();
          mine = mine.plus(now.since(shown));
          shown = now;
          EngineActivity moment = shares.get(0) == this ? now : EngineActivity.NONE;
          mine = withMoment(mine, moment);
        }
        return mine;
      }
    }

    @Override
    public void close() {
      synchronized (EngineMeter.this) {
        shares.remove(this);
        mine = withMoment(mine, EngineActivity.NONE);
      }
    }
  }

  private static EngineActivity withMoment(EngineActivity sum, EngineActivity moment) {
    return new EngineActivity(
        sum.promptTokens(),
        sum.cachedTokens(),
        sum.generatedTokens(),
        moment.running(),
        moment.waiting(),
        moment.heldPages(),
        moment.totalPages(),
        sum.preemptions(),
        sum.busyNanos(),
        sum.shortOfPagesNanos(),
        sum.hostNanos(),
        sum.idleNanos());
  }
}
