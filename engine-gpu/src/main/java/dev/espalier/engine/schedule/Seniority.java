package dev.espalier.engine.schedule;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Who goes before whom. A request is as old as the first request of its program, so the next step
 * of a program under way goes before every program that began later, and none waits forever.
 */
final class Seniority {
  private static final int REMEMBERED_PROGRAMS = 1 << 16;

  private final Map<Long, Long> beginnings =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Long> eldest) {
          return size() > REMEMBERED_PROGRAMS;
        }
      };

  private long next;

  /** A number that is smaller the older the request is; 0 is the program of a lone request. */
  long of(long program) {
    long now = next++;
    return program == 0 ? now : beginnings.computeIfAbsent(program, p -> now);
  }
}
