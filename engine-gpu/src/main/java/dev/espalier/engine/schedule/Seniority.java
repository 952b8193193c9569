package dev.espalier.engine.schedule;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Who goes before whom. A request is as old as the first request of its session, so the next step
 * of a session under way goes before every session that began later, and none waits forever.
 */
final class Seniority {
  private static final int REMEMBERED_SESSIONS = 1 << 16;

  private final Map<Long, Long> beginnings =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Long> eldest) {
          return size() > REMEMBERED_SESSIONS;
        }
      };

  private long next;

  /** A number that is smaller the older the request is; 0 is the session of a lone request. */
  long of(long session) {
    long now = next++;
    return session == 0 ? now : beginnings.computeIfAbsent(session, s -> now);
  }
}
