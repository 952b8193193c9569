package dev.espalier.jobs.schedule.file;

import dev.espalier.jobs.fields.Section;
import dev.espalier.jobs.schedule.cron.CronTimes;
import dev.espalier.jobs.view.FailCondition;
import dev.espalier.row.Problem;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads one job of a schedule. */
final class JobReader {
  private static final int MOST_RETRIES = 100;
  private static final int MOST_NAME = 60;

  /** Resolves a path as the file of the schedule has it. */
  interface Paths {
    String resolve(Section section, String key, String path);
  }

  private final List<String> commands;
  private final Paths paths;

  JobReader(Set<String> commands, Paths paths) {
    this.commands = List.copyOf(commands);
    this.paths = paths;
  }

  ScheduledJob read(String name, Section job, Section jobs, ZoneId outer) {
    if (!name.matches("[A-Za-z0-9_-]{1," + MOST_NAME + "}")) {
      jobs.problem(
          name,
          "a job is named `" + name + "`",
          "use letters, digits, - and _, at most " + MOST_NAME + " of them");
    }
    ZoneId zone = ScheduleFile.zone(job, outer);
    boolean isSweep = job.has("sweep");
    String field = isSweep ? "sweep" : "job";
    String file = job.required(field, field + ".yaml");
    if (isSweep && (job.has("job") || job.has("command"))) {
      String other = job.has("job") ? "job" : "command";
      job.problem(other, other + " is given beside sweep", "leave one of them out");
    }
    ScheduledJob read =
        new ScheduledJob(
            name,
            file.isEmpty() ? file : paths.resolve(job, field, file),
            isSweep
                ? ScheduledJob.EVAL
                : job.oneOf("command", commands.get(0), commands.toArray(String[]::new)),
            failIf(job, isSweep),
            settings(job),
            cron(job, zone),
            zone,
            arrival(job),
            job.oneOrMore("after"),
            ScheduledJob.Missed.valueOf(upper(job.oneOf("missed", "once", "skip", "once"))),
            job.duration("grace", Duration.ofMinutes(10)),
            ScheduledJob.Overlap.valueOf(upper(job.oneOf("overlap", "forbid", "forbid", "queue"))),
            deadline(job),
            retries(job.section("retries")),
            job.duration("jitter", Duration.ZERO));
    job.reportUnknown();
    return read;
  }

  private static List<String> failIf(Section job, boolean isSweep) {
    List<String> conditions = job.oneOrMore("failIf");
    if (!conditions.isEmpty() && !isSweep) {
      job.problem("failIf", "failIf is given without a sweep", "jobs have checks of their own");
    }
    List<Problem> problems = new ArrayList<>();
    conditions.forEach(condition -> FailCondition.parse(condition, problems));
    for (Problem problem : problems) {
      job.problem("failIf", problem.message().replace("--fail-if", "failIf"), problem.remedy());
    }
    return conditions;
  }

  private static String upper(String word) {
    return word.toUpperCase(Locale.ROOT);
  }

  private static Map<String, String> settings(Section job) {
    Map<String, String> settings = job.yamlValues("set");
    for (String name : settings.keySet()) {
      if (!name.matches("[A-Za-z]\\w*(\\.[A-Za-z]\\w*)*")) {
        job.problem(
            "set", "set has `" + name + "`", "name a field of the job file, such as output.path");
      }
    }
    return settings;
  }

  private static Optional<CronTimes> cron(Section job, ZoneId zone) {
    Optional<String> cron = job.string("cron");
    try {
      return cron.map(text -> CronTimes.of(text, zone));
    } catch (IllegalArgumentException e) {
      job.problem(
          "cron",
          "`" + cron.get() + "` is no schedule of cron: " + e.getMessage(),
          "write minute, hour, day of month, month and day of week, such as \"30 2 * * MON-FRI\"");
      return Optional.empty();
    }
  }

  private Optional<ScheduledJob.Arrival> arrival(Section job) {
    if (!job.has("arrival")) {
      job.section("arrival").reportUnknown();
      return Optional.empty();
    }
    Section arrival = job.section("arrival");
    String path = arrival.required("path", "in/*.jsonl");
    Duration settle = arrival.duration("settle", Duration.ofSeconds(30));
    arrival.reportUnknown();
    return path.isEmpty()
        ? Optional.empty()
        : Optional.of(new ScheduledJob.Arrival(paths.resolve(arrival, "path", path), settle));
  }

  private static Optional<Duration> deadline(Section job) {
    Duration deadline = job.duration("deadline", Duration.ZERO);
    if (job.has("deadline") && deadline.isZero()) {
      job.problem("deadline", "deadline is 0", "write a time such as 2h, or leave it out");
    }
    return Optional.of(deadline).filter(time -> !time.isZero());
  }

  private static ScheduledJob.Retries retries(Section section) {
    ScheduledJob.Retries retries =
        new ScheduledJob.Retries(
            (int) section.integer("count", 0, 0, MOST_RETRIES),
            section.duration("backoff", Duration.ofMinutes(1)),
            section.duration("most", Duration.ofHours(1)));
    section.reportUnknown();
    return retries;
  }
}
