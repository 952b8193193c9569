package dev.espalier.jobs.schedule.cron;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CronTimesTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // 02:00 to 03:00 is not there.
        "30 2 * * *   | Europe/Berlin    | 2026-03-28T12:00Z | 2026-03-29T01:00Z 2026-03-30T00:30Z",
        "*/20 * * * * | Europe/Berlin    | 2026-03-29T00:30Z |"
            + " 2026-03-29T00:40Z 2026-03-29T01:00Z 2026-03-29T01:20Z",
        "0 3 * * *    | Europe/Berlin    | 2026-03-28T12:00Z | 2026-03-29T01:00Z 2026-03-30T01:00Z",
        "15,45 2 * * 0| Europe/Berlin    | 2026-03-28T12:00Z | 2026-03-29T01:00Z 2026-04-05T00:15Z",
        // 02:00 to 03:00 is there twice.
        "30 2 * * *   | Europe/Berlin    | 2026-10-24T12:00Z | 2026-10-25T00:30Z 2026-10-26T01:30Z",
        "30 * * * *   | Europe/Berlin    | 2026-10-25T00:00Z |"
            + " 2026-10-25T00:30Z 2026-10-25T01:30Z 2026-10-25T02:30Z",
        "0 3 * * *    | Europe/Berlin    | 2026-10-24T12:00Z | 2026-10-25T02:00Z 2026-10-26T02:00Z",
        "30 2 * * *   | America/New_York | 2026-03-08T05:00Z | 2026-03-08T07:00Z 2026-03-09T06:30Z",
        "30 1 * * *   | America/New_York | 2026-11-01T04:00Z | 2026-11-01T05:30Z 2026-11-02T06:30Z",
        "*/30 1 * * * | America/New_York | 2026-11-01T04:00Z |"
            + " 2026-11-01T05:00Z 2026-11-01T05:30Z 2026-11-01T06:00Z 2026-11-01T06:30Z",
        // Half an hour: 02:00 to 02:30 is missing, 01:30 to 02:00 is there twice.
        "15 2 * * *   | Australia/Lord_Howe | 2026-10-03T12:00Z |"
            + " 2026-10-03T15:30Z 2026-10-04T15:15Z",
        "45 1 * * *   | Australia/Lord_Howe | 2026-04-04T12:00Z |"
            + " 2026-04-04T14:45Z 2026-04-05T15:15Z",
        // A whole day that is not there.
        "0 12 30 12 * | Pacific/Apia | 2011-12-29T12:00Z | 2011-12-30T10:00Z 2012-12-29T22:00Z",
      })
  void whereClocksAreSetEachDayHasItsFire(String cron, String zone, String after, String fires) {
    CronTimes times = CronTimes.of(cron, ZoneId.of(zone));
    Instant at = instant(after);
    for (String fire : fires.strip().split(" ", -1)) {
      at = times.next(at).orElseThrow();
      assertThat(at).isEqualTo(instant(fire));
    }
  }

  private static Instant instant(String text) {
    return Instant.parse(text.strip().replaceFirst("Z$", ":00Z"));
  }

  /** Random schedules, over days on which clocks are set and others, minute by minute. */
  @ParameterizedTest
  @CsvSource({
    "Europe/Berlin, 2026-03-26T00:00:00Z, 5",
    "Europe/Berlin, 2026-10-22T00:00:00Z, 5",
    "America/New_York, 2026-03-06T00:00:00Z, 4",
    "America/New_York, 2026-10-30T00:00:00Z, 4",
    "Australia/Lord_Howe, 2026-04-03T00:00:00Z, 3",
    "Australia/Lord_Howe, 2026-10-02T00:00:00Z, 3",
    "Africa/Casablanca, 2026-02-13T00:00:00Z, 3",
    "America/Santiago, 2026-09-05T00:00:00Z, 3",
    "Asia/Kathmandu, 2028-02-27T00:00:00Z, 4",
    "UTC, 2026-12-30T00:00:00Z, 3"
  })
  void firesAreThoseOfAWalkMinuteByMinute(String zone, String from, int days) {
    Instant begin = Instant.parse(from);
    Instant end = begin.plus(Duration.ofDays(days));
    SplittableRandom random = new SplittableRandom(zone.hashCode() + from.hashCode());
    for (int round = 0; round < 25; round++) {
      Fields fields = Fields.random(random);
      List<Instant> walked = walk(fields, ZoneId.of(zone), begin, end);
      CronTimes times = CronTimes.of(fields.text(), ZoneId.of(zone));
      List<Instant> counted = new ArrayList<>();
      for (Instant at = times.next(begin).orElse(end);
          at.isBefore(end);
          at = times.next(at).orElse(end)) {
        counted.add(at);
      }
      assertThat(counted).as("%s in %s", fields.text(), zone).isEqualTo(walked);
      // From any moment, not only from a fire.
      Instant somewhere = begin.plusMillis(random.nextLong(Duration.ofDays(days).toMillis()));
      assertThat(times.next(somewhere).filter(end::isAfter))
          .as("%s in %s after %s", fields.text(), zone, somewhere)
          .isEqualTo(walked.stream().filter(somewhere::isBefore).findFirst());
    }
  }

  /** Knows of the zone only what its clock shows at each instant. */
  private static List<Instant> walk(Fields fields, ZoneId zone, Instant begin, Instant end) {
    List<Instant> fires = new ArrayList<>();
    TreeSet<LocalDateTime> shown = new TreeSet<>();
    for (Instant before = begin.minus(Duration.ofHours(3));
        before.isBefore(begin.plusSeconds(1));
        before = before.plusSeconds(60)) {
      shown.add(LocalDateTime.ofInstant(before, zone));
    }
    for (Instant at = begin.plusSeconds(60); at.isBefore(end); at = at.plusSeconds(60)) {
      LocalDateTime local = LocalDateTime.ofInstant(at, zone);
      boolean fire = false;
      // What the clock jumped over fires with the minute to which it jumped.
      for (LocalDateTime skipped = shown.last().plusMinutes(1);
          skipped.isBefore(local);
          skipped = skipped.plusMinutes(1)) {
        fire |= fields.matches(skipped);
      }
      boolean second = !shown.add(local);
      fire |= fields.matches(local) && (!second || fields.periodic());
      if (fire) {
        fires.add(at);
      }
    }
    return fires;
  }

  /** An expression, and what it means. */
  private record Fields(
      String text,
      boolean periodic,
      List<TreeSet<Integer>> sets,
      boolean anyDay,
      boolean anyWeekday) {
    private static final int[] LEAST = {0, 0, 1, 1, 0};
    private static final int[] MOST = {59, 23, 31, 12, 6};

    static Fields random(SplittableRandom random) {
      List<String> texts = new ArrayList<>();
      List<TreeSet<Integer>> sets = new ArrayList<>();
      for (int field = 0; field < 5; field++) {
        TreeSet<Integer> set = new TreeSet<>();
        texts.add(field(random, field, set));
        sets.add(set);
      }
      return new Fields(
          String.join(" ", texts),
          texts.get(0).startsWith("*") || texts.get(1).startsWith("*"),
          sets,
          texts.get(2).equals("*"),
          texts.get(4).equals("*"));
    }

    private static String field(SplittableRandom random, int field, TreeSet<Integer> set) {
      int least = LEAST[field];
      int most = MOST[field];
      // Days and months are mostly left open, or nothing would ever fire.
      int kind = field >= 2 && random.nextInt(4) > 0 ? 0 : random.nextInt(5);
      int first = random.nextInt(least, most + 1);
      int last = random.nextInt(first, most + 1);
      int step = random.nextInt(2, Math.max(3, (most - least) / 2));
      switch (kind) {
        case 0 -> {
          IntStream.rangeClosed(least, most).forEach(set::add);
          return "*";
        }
        case 1 -> {
          IntStream.rangeClosed(least, most).filter(n -> (n - least) % step == 0).forEach(set::add);
          return "*/" + step;
        }
        case 2 -> {
          IntStream.rangeClosed(first, last).forEach(set::add);
          return first == last ? "" + first : first + "-" + last;
        }
        case 3 -> {
          IntStream.rangeClosed(first, last).filter(n -> (n - first) % step == 0).forEach(set::add);
          return first == last ? "" + first : first + "-" + last + "/" + step;
        }
        default -> {
          set.add(first);
          set.add(last);
          return first == last ? "" + first : first + "," + last;
        }
      }
    }

    boolean matches(LocalDateTime at) {
      boolean day = sets.get(2).contains(at.getDayOfMonth());
      boolean weekday = sets.get(4).contains(at.getDayOfWeek().getValue() % 7);
      return sets.get(0).contains(at.getMinute())
          && sets.get(1).contains(at.getHour())
          && sets.get(3).contains(at.getMonthValue())
          && ((anyDay || anyWeekday) ? (day && weekday) : (day || weekday));
    }
  }

  @Test
  void nicknamesAreWhatCronSays() {
    Instant at = Instant.parse("2026-12-30T10:30:00Z");
    assertThat(CronTimes.of("@hourly", BERLIN).next(at)).contains(instant("2026-12-30T11:00Z"));
    assertThat(CronTimes.of("@daily", BERLIN).next(at)).contains(instant("2026-12-30T23:00Z"));
    assertThat(CronTimes.of("@weekly", BERLIN).next(at)).contains(instant("2027-01-02T23:00Z"));
    assertThat(CronTimes.of("@monthly", BERLIN).next(at)).contains(instant("2026-12-31T23:00Z"));
    assertThat(CronTimes.of("@yearly", ZoneOffset.UTC).next(at))
        .contains(instant("2027-01-01T00:00Z"));
  }

  @Test
  void aWeekMayBeginOnSunday() {
    CronTimes cron = CronTimes.of("0 0 * * SUN-THU", ZoneOffset.UTC);
    Instant friday = Instant.parse("2026-12-04T00:00:00Z");
    assertThat(cron.next(friday)).contains(instant("2026-12-06T00:00Z"));
    assertThat(cron.next(Instant.parse("2026-12-10T00:00:00Z")))
        .contains(instant("2026-12-13T00:00Z"));
    CronTimes end = CronTimes.of("0 0 * * fri-sun", ZoneOffset.UTC);
    assertThat(end.next(friday)).contains(instant("2026-12-05T00:00Z"));
    assertThat(end.next(Instant.parse("2026-12-06T00:00:00Z")))
        .contains(instant("2026-12-11T00:00Z"));
    assertThat(CronTimes.of("0 0 * * SUN-FRI/2", ZoneOffset.UTC).next(friday))
        .contains(instant("2026-12-06T00:00Z"));
  }

  /** As Kubernetes has it, so that a CronJob fires as a schedule does. */
  @Test
  void eachNthDayIsRestrictedToo() {
    CronTimes cron = CronTimes.of("0 0 */2 * MON", ZoneOffset.UTC);
    Instant saturday = Instant.parse("2026-12-05T00:00:00Z");
    assertThat(cron.next(saturday)).contains(instant("2026-12-07T00:00Z"));
    assertThat(cron.next(instant("2026-12-07T00:00Z"))).contains(instant("2026-12-09T00:00Z"));
    assertThat(cron.next(instant("2026-12-13T00:00Z"))).contains(instant("2026-12-14T00:00Z"));
  }

  @Test
  void rareDatesAreFound() {
    Instant at = Instant.parse("2096-03-01T00:00:00Z");
    assertThat(CronTimes.of("0 0 29 2 *", ZoneOffset.UTC).next(at))
        .contains(instant("2104-02-29T00:00Z"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "61 * * * * | Value 61 not in range [0, 59]",
        "* * * * | it has 4 fields",
        "0 0 * * * * | it has 6 fields",
        "'' | it has 0 fields",
        "@nightly | there is no nickname @nightly",
        "0 0 31 2 * | no date is ever like that",
        "a b c d e | Invalid chars in expression",
      })
  void whatIsNoExpressionIsRefusedInWords(String expression, String message) {
    assertThatThrownBy(() -> CronTimes.of(expression, BERLIN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message)
        .message()
        .doesNotContain("cronutils", "Exception");
  }

  @Test
  void randomTextsAreReadOrRefused() {
    Random random = new Random(7);
    for (int round = 0; round < 3000; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(24); i >= 0; i--) {
        text.append("0123456789*/,- LW#?@MON".charAt(random.nextInt(23)));
      }
      try {
        var unused = CronTimes.of(text.toString(), BERLIN).next(Instant.EPOCH);
      } catch (IllegalArgumentException | DateTimeException e) {
        assertThat(e).as("%s", text).isInstanceOf(IllegalArgumentException.class);
      }
    }
  }
}
