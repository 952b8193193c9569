package dev.espalier.jobs;

import dev.espalier.jobs.fields.JobVariables;
import java.io.PrintWriter;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Period;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAmount;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/**
 * The options of a command that does the same at several logical times, one after the other: a
 * partition each, of a job whose paths name the time.
 */
final class PartitionOptions {
  private static final Set<String> OWN = Set.of("--from", "--to", "--every", "--lookback", "--at");

  private static final int MOST = 100_000;
  private static final String DAY = "P1D";

  /** What the command ends with: the first of these that a partition ended with. */
  private static final List<Integer> WORST_FIRST =
      List.of(
          Espalier.MACHINE_FAILURE,
          Espalier.BAD_CONFIGURATION,
          Espalier.CHECK_FAILED,
          Espalier.FAILED);

  @Option(
      names = "--from",
      paramLabel = "TIME",
      description = "The first logical time of several, one partition each.")
  private String from;

  @Option(
      names = "--to",
      paramLabel = "TIME",
      description = "The last one, itself included; by default --at, or now.")
  private String to;

  @Option(
      names = "--every",
      paramLabel = "PERIOD",
      description =
          "From one to the next, as ISO 8601 has it: PT1H, P1D, P1M; " + DAY + " unless given.")
  private String every;

  @Option(
      names = "--lookback",
      paramLabel = "N",
      description = "In place of --from: the last one and the N before it, for late rows.")
  private Integer lookback;

  boolean areGiven() {
    return from != null || to != null || every != null || lookback != null;
  }

  /**
   * Runs the command once for each time. A partition that fails does not keep the others from being
   * done; run again, those that are up to date cost nothing.
   *
   * @param command as it was given, with these options
   * @param job of the command
   * @return the worst of the exit codes
   */
  int each(CommandLine command, JobOverrides job) throws ConfigurationException {
    List<ZonedDateTime> times = times(job.time());
    failIfTwoHaveOnePlace(times, job);
    PrintWriter out = command.getOut();
    Map<String, Integer> failed = new LinkedHashMap<>();
    List<String> words = words(command.getParent().getParseResult().originalArgs());
    for (ZonedDateTime time : times) {
      String text = DateTimeFormatter.ISO_ZONED_DATE_TIME.format(time);
      out.println("at " + text);
      out.flush();
      List<String> one = new ArrayList<>(words);
      one.addAll(List.of("--at", text));
      CommandLine again = Espalier.commandLine().setOut(out).setErr(command.getErr());
      int code = Espalier.execute(again, one.toArray(String[]::new));
      if (code != Espalier.DONE) {
        failed.put(text, code);
      }
    }
    tell(failed, times.size(), command.getErr());
    return WORST_FIRST.stream().filter(failed::containsValue).findFirst().orElse(Espalier.DONE);
  }

  /** At the end, since what each of many partitions printed is far above. */
  private static void tell(Map<String, Integer> failed, int times, PrintWriter err) {
    if (failed.isEmpty()) {
      return;
    }
    err.println("of " + Figures.count(times, "partition") + ", " + failed.size() + " failed:");
    failed.forEach((time, code) -> err.println("    at " + time + ": exit code " + code));
    err.flush();
  }

  /** Of two partitions in one place the later would replace the other. */
  private static void failIfTwoHaveOnePlace(List<ZonedDateTime> times, JobOverrides job)
      throws ConfigurationException {
    Map<String, ZonedDateTime> places = new HashMap<>();
    for (ZonedDateTime time : times) {
      Optional<String> place = job.outputAt(time);
      ZonedDateTime other = place.isEmpty() ? null : places.put(place.get(), time);
      if (other != null) {
        throw new ConfigurationException(
            "output.path",
            "is %s at %s and at %s".formatted(PlainUrls.in(place.get()), other, time),
            "name the time in it, as in out/date={{ date }}, or choose another --every");
      }
    }
  }

  /** All words but these options. */
  private static List<String> words(List<String> given) {
    List<String> words = new ArrayList<>();
    for (int i = 0; i < given.size(); i++) {
      String name = given.get(i).replaceAll("=.*", "");
      if (!OWN.contains(name)) {
        words.add(given.get(i));
      } else if (given.get(i).equals(name)) {
        i++; // its value
      }
    }
    return words;
  }

  private List<ZonedDateTime> times(ZonedDateTime at) throws ConfigurationException {
    if (from != null && lookback != null) {
      throw wrong("--from and --lookback", "only one of them can say where to begin");
    }
    if (from == null && lookback == null) {
      throw wrong(to == null ? "--every" : "--to", "there is no beginning");
    }
    TemporalAmount step = step();
    ZonedDateTime last = to == null ? at : time("--to", to);
    List<ZonedDateTime> times = new ArrayList<>();
    if (lookback != null) {
      if (lookback < 0 || lookback > MOST) {
        throw wrong("--lookback", "is " + lookback + ", not from 0 to " + MOST);
      }
      for (int i = lookback; i >= 0; i--) {
        times.add(plus(last, step, -i));
      }
      return times;
    }
    ZonedDateTime first = time("--from", from);
    if (first.isAfter(last)) {
      throw wrong("--from", "is after the last time, " + last);
    }
    // From the first, and not from one to the next: a month after the 31st has no 31st.
    for (int i = 0; i <= MOST; i++) {
      ZonedDateTime time = plus(first, step, i);
      if (time.isAfter(last)) {
        return times;
      }
      times.add(time);
    }
    throw wrong("--from", "there are more than " + MOST + " times until the last");
  }

  private static ZonedDateTime plus(ZonedDateTime first, TemporalAmount step, int times) {
    return step instanceof Period period
        ? first.plus(period.multipliedBy(times))
        : first.plus(((Duration) step).multipliedBy(times));
  }

  private TemporalAmount step() throws ConfigurationException {
    String period = every == null ? DAY : every;
    try {
      TemporalAmount step = period.contains("T") ? Duration.parse(period) : Period.parse(period);
      ZonedDateTime any = JobVariables.now().time();
      if (any.plus(step).isAfter(any)) {
        return step;
      }
    } catch (DateTimeException e) {
      // Said below, as a step that leads nowhere is.
    }
    throw wrong("--every", "is " + period + "; write a period such as PT1H, P1D or P1M");
  }

  private static ZonedDateTime time(String option, String text) throws ConfigurationException {
    try {
      return JobVariables.timeOf(text);
    } catch (IllegalArgumentException e) {
      throw wrong(option, e.getMessage());
    }
  }

  private static ConfigurationException wrong(String option, String message) {
    return new ConfigurationException(
        option, message, "write --from TIME or --lookback N, and --to TIME, --every PERIOD");
  }
}
