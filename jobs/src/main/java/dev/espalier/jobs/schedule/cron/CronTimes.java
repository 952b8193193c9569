package dev.espalier.jobs.schedule.cron;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.Optional;

/**
 * The instants at which a cron expression fires in a time zone. Immutable.
 *
 * <p>Where clocks are set forward, local times that are not there fire together, once, at the
 * instant at which they would have begun: a nightly job runs on that day too. Where clocks are set
 * back, local times are there twice: an expression of fixed times fires at the first of them alone,
 * one whose minutes or hours begin with {@code *} at both, since it counts by elapsed time. These
 * are the rules of Debian's and Red Hat's cron.
 */
public final class CronTimes {
  /** 29 February, on whatever day of the week it falls, comes again within so many years. */
  private static final int MOST_YEARS = 41;

  private final String expression;
  private final ZoneId zone;
  private final LocalTimes times;

  private CronTimes(String expression, ZoneId zone, LocalTimes times) {
    this.expression = expression;
    this.zone = zone;
    this.times = times;
  }

  /**
   * Reads an expression of five fields, or a nickname such as {@code @daily}.
   *
   * @throws IllegalArgumentException with a sentence for the user if it is none, or never fires
   */
  public static CronTimes of(String expression, ZoneId zone) {
    LocalTimes times;
    try {
      times = LocalTimes.of(expression);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(Reason.of(e), e);
    }
    CronTimes cron = new CronTimes(expression, zone, times);
    if (times.from(LocalDateTime.of(2000, 1, 1, 0, 0)).isEmpty()) {
      throw new IllegalArgumentException("no date is ever like that");
    }
    return cron;
  }

  public String expression() {
    return expression;
  }

  public ZoneId zone() {
    return zone;
  }

  /** The first fire after {@code after}; none within 41 years if it is empty. */
  public Optional<Instant> next(Instant after) {
    ZoneRules rules = zone.getRules();
    Instant from = after.plusNanos(1);
    Instant end = after.atZone(ZoneOffset.UTC).plusYears(MOST_YEARS).toInstant();
    while (from.isBefore(end)) {
      ZoneOffset offset = rules.getOffset(from);
      ZoneOffsetTransition began = rules.previousTransition(from.plusNanos(1));
      if (began != null && began.getInstant().equals(from) && firesInGap(began)) {
        return Optional.of(from);
      }
      ZoneOffsetTransition ends = rules.nextTransition(from);
      Optional<Instant> fire = firstOf(from, offset, began, ends);
      if (fire.isPresent()) {
        return fire;
      }
      if (ends == null) {
        return Optional.empty();
      }
      from = ends.getInstant();
    }
    return Optional.empty();
  }

  /** Whether a local time fires that is left out where clocks are set forward. */
  private boolean firesInGap(ZoneOffsetTransition began) {
    return began.isGap()
        && times
            .from(began.getDateTimeBefore())
            .filter(time -> time.isBefore(began.getDateTimeAfter()))
            .isPresent();
  }

  /** The first fire from {@code from} on, before the zone's next change. */
  private Optional<Instant> firstOf(
      Instant from, ZoneOffset offset, ZoneOffsetTransition began, ZoneOffsetTransition ends) {
    LocalDateTime local = LocalDateTime.ofInstant(from, offset);
    if (began != null
        && began.isOverlap()
        && !times.isPeriodic()
        && local.isBefore(began.getDateTimeBefore())) {
      local = began.getDateTimeBefore(); // what is before it is there for the second time
    }
    return times
        .from(roundedUp(local))
        .map(time -> time.toInstant(offset))
        .filter(fire -> ends == null || fire.isBefore(ends.getInstant()));
  }

  /** Fires are at whole seconds. */
  private static LocalDateTime roundedUp(LocalDateTime time) {
    LocalDateTime second = time.truncatedTo(ChronoUnit.SECONDS);
    return second.equals(time) ? time : second.plusSeconds(1);
  }

  @Override
  public String toString() {
    return expression + " in " + zone;
  }
}
