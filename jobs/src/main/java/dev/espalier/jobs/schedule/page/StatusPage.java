package dev.espalier.jobs.schedule.page;

import dev.espalier.jobs.fields.JobVariables;
import dev.espalier.jobs.progress.JobProgress;
import dev.espalier.jobs.schedule.Moment;
import dev.espalier.jobs.schedule.cron.CronTimes;
import dev.espalier.jobs.schedule.file.ScheduledJob;
import dev.espalier.jobs.schedule.log.JobRecord;
import dev.espalier.jobs.schedule.log.JobTotals;
import dev.espalier.jobs.schedule.log.RunFigures;
import dev.espalier.jobs.schedule.log.RunRecord;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The status page: jobs, next fires, running progress, history. One file of HTML that loads nothing
 * else and runs no script.
 *
 * @param moment that it shows
 * @param refresh seconds after which a browser loads it again
 * @param logs whether it links what runs printed
 */
public record StatusPage(Moment moment, int refresh, boolean logs) {
  private static final int SHOWN_OF_A_JOB = 16;
  private static final int SHOWN_RUNS = 50;

  /** The whole page. */
  public String html() {
    Map<String, List<RunRecord>> runs = new HashMap<>();
    List<RunRecord> all = new ArrayList<>(moment.state().runs().values());
    all.sort(Comparator.comparingLong(RunRecord::fired).thenComparing(RunRecord::id));
    all.forEach(run -> runs.computeIfAbsent(run.job(), job -> new ArrayList<>()).add(run));
    Html out = new Html();
    String name = moment.schedule().name();
    out.raw("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        .raw("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n")
        .raw("<meta http-equiv=\"refresh\" content=\"" + refresh + "\">\n")
        .element("title", "", name + " – Espalier")
        .raw("\n<style>\n" + PageStyle.CSS + "</style>\n</head>\n<body>\n")
        .element("h1", "", "Schedule " + name)
        .element("div", "soft", "as of " + Spoken.time(moment.now(), ZoneOffset.UTC) + " UTC");
    sums(out, runs);
    notices(out);
    running(out, all);
    jobs(out, runs);
    recent(out, all);
    out.raw("<footer>Times are those of each job's zone. The same as data: status.json, and for")
        .raw(" Prometheus: metrics.</footer>\n</body>\n</html>\n");
    return out.toString();
  }

  private void sums(Html out, Map<String, List<RunRecord>> runs) {
    JobTotals total =
        moment.state().jobs().values().stream()
            .map(JobRecord::totals)
            .reduce(JobTotals.NONE, StatusPage::plus);
    long failing =
        moment.schedule().jobs().stream()
            .filter(job -> last(runs, job.name()).filter(run -> !run.succeeded()).isPresent())
            .count();
    long paused = moment.state().jobs().values().stream().filter(JobRecord::paused).count();
    out.raw("<ul class=\"sums\">");
    sum(out, moment.schedule().jobs().size(), "jobs", "");
    sum(out, moment.progress().size(), "running", moment.progress().isEmpty() ? "" : "run");
    sum(out, failing, "failed last", failing == 0 ? "" : "bad");
    sum(out, paused, "paused", paused == 0 ? "" : "wait");
    sum(out, total.succeeded() + total.failed(), "runs so far", "");
    sum(
        out,
        total.promptTokens() - total.cachedTokens() + total.generatedTokens(),
        "tokens computed",
        "");
    sum(out, total.savedTokens() + total.cachedTokens(), "tokens saved", "");
    out.raw("</ul>\n");
  }

  private static void sum(Html out, long number, String what, String cssClass) {
    out.raw("<li>")
        .element("b", cssClass, Spoken.count(number))
        .element("span", "soft", what)
        .raw("</li>");
  }

  private static JobTotals plus(JobTotals a, JobTotals b) {
    return new JobTotals(
        a.succeeded() + b.succeeded(),
        a.failed() + b.failed(),
        a.retried() + b.retried(),
        a.missed() + b.missed(),
        a.passed() + b.passed(),
        a.seconds() + b.seconds(),
        a.promptTokens() + b.promptTokens(),
        a.cachedTokens() + b.cachedTokens(),
        a.generatedTokens() + b.generatedTokens(),
        a.savedTokens() + b.savedTokens(),
        a.rows() + b.rows());
  }

  private void notices(Html out) {
    moment
        .notices()
        .forEach(
            (job, notice) -> {
              out.raw("<div class=\"note\" role=\"status\">");
              out.element("b", "", job.isEmpty() ? "The schedule" : job).text(": " + notice);
              out.raw("</div>\n");
            });
  }

  private static Optional<RunRecord> last(Map<String, List<RunRecord>> runs, String job) {
    return runs.getOrDefault(job, List.of()).stream()
        .filter(run -> !run.isActive())
        .reduce((first, second) -> second);
  }

  private void running(Html out, List<RunRecord> all) {
    List<RunRecord> active = all.stream().filter(RunRecord::isActive).toList();
    if (active.isEmpty()) {
      return;
    }
    out.raw("<h2>Under way</h2>\n<div class=\"frame\"><table id=\"active\"><thead><tr>")
        .raw("<th>Job<th>Logical time<th>Since<th>Progress</tr></thead>\n<tbody>\n");
    for (RunRecord run : active) {
      out.raw("<tr><td class=\"name\">").text(run.job()).element("small", "", run.cause());
      out.raw("<td>").text(at(run)).raw("<td>");
      if (run.phase() == RunRecord.Phase.WAITING) {
        Instant start = Instant.ofEpochMilli(run.start());
        boolean later = start.isAfter(moment.now());
        out.element(
            "span",
            "wait",
            later ? "begins " + Spoken.relative(start, moment.now()) : "waits for its turn");
        out.raw("<td class=\"wide\">")
            .text(run.attempt() > 1 ? "attempt " + run.attempt() : "")
            .text(run.message() == null ? "" : ", after: " + run.message());
      } else {
        out.text(Spoken.duration(between(Instant.ofEpochMilli(run.started()), moment.now())));
        out.raw("<td class=\"wide\">");
        progress(out, run);
      }
      out.raw("</tr>\n");
    }
    out.raw("</tbody></table></div>\n");
  }

  private void progress(Html out, RunRecord run) {
    Optional<JobProgress> progress =
        Optional.ofNullable(moment.progress().get(run.id())).flatMap(tells -> tells.get());
    if (progress.isEmpty()) {
      out.element("span", "run", "runs");
      return;
    }
    JobProgress far = progress.get();
    String phase = far.phase().name().toLowerCase(Locale.ROOT);
    if (far.phase() == JobProgress.Phase.WAITING) {
      out.element("span", "wait", phase).text(" for " + far.waitsFor());
      return;
    }
    if (far.rowsToRun() == 0) {
      out.element("span", "run", phase).text(", " + Spoken.count(far.rowsRead()) + " rows read");
      return;
    }
    long percent = Math.min(100, 100 * far.rowsDone() / far.rowsToRun());
    out.element("span", "run", phase)
        .text(
            " "
                + far.rowsDone()
                + " of "
                + far.rowsToRun()
                + " rows ("
                + percent
                + "%), "
                + far.rowsFailed()
                + " failed; "
                + Spoken.count(far.promptTokens() + far.generatedTokens())
                + " tokens computed, "
                + Spoken.count(far.cachedTokens())
                + " found in the cache");
    out.raw("<div class=\"bar\"><span style=\"width:" + percent + "%\"></span></div>");
  }

  private void jobs(Html out, Map<String, List<RunRecord>> runs) {
    out.raw("<h2>Jobs</h2>\n<div class=\"frame\"><table id=\"jobs\"><thead><tr>")
        .raw("<th>State<th>Job<th>Next fire<th>Last run<th>History<th class=\"n\">Computed")
        .raw("<th class=\"n\">Saved</tr></thead>\n<tbody>\n");
    List<ScheduledJob> jobs = new ArrayList<>(moment.schedule().jobs());
    jobs.sort(Comparator.comparing(job -> state(job, runs))); // else as in the file
    jobs.forEach(job -> job(out, job, runs));
    out.raw("</tbody></table></div>\n");
  }

  /** What a job is at; those that want a look come first. */
  private enum State {
    FAILED("bad", "✕ failed"),
    RUNNING("run", "▶ running"),
    WAITING("wait", "… waiting"),
    PAUSED("wait", "❚❚ paused"),
    DONE("ok", "✓ done"),
    NEVER("soft", "– not yet");

    private final String cssClass;
    private final String word;

    State(String cssClass, String word) {
      this.cssClass = cssClass;
      this.word = word;
    }
  }

  private State state(ScheduledJob job, Map<String, List<RunRecord>> runs) {
    List<RunRecord> its = runs.getOrDefault(job.name(), List.of());
    if (its.stream().anyMatch(run -> run.phase() == RunRecord.Phase.RUNNING)) {
      return State.RUNNING;
    } else if (its.stream().anyMatch(RunRecord::isActive)) {
      return State.WAITING;
    } else if (moment.state().job(job.name()).map(JobRecord::paused).orElse(false)) {
      return State.PAUSED;
    }
    return last(runs, job.name())
        .map(run -> run.succeeded() ? State.DONE : State.FAILED)
        .orElse(State.NEVER);
  }

  private void job(Html out, ScheduledJob job, Map<String, List<RunRecord>> runs) {
    Optional<JobRecord> record = moment.state().job(job.name());
    Optional<RunRecord> last = last(runs, job.name());
    List<RunRecord> its = runs.getOrDefault(job.name(), List.of());
    State state = state(job, runs);
    out.raw("<tr id=\"job-").text(job.name()).raw("\"><td>");
    out.element("span", state.cssClass, state.word);
    out.raw("<td class=\"name\">").element("b", "", job.name()).element("small", "", fires(job));
    out.raw("<td>");
    Instant next = moment.next().get(job.name());
    if (next == null) {
      out.element("span", "soft", "–");
    } else {
      out.text(Spoken.time(next, job.zone()))
          .element("small", "", Spoken.relative(next, moment.now()));
    }
    out.raw("<td>");
    last.ifPresent(run -> lastRun(out, run));
    record.map(JobRecord::note).ifPresent(note -> out.element("small", "why", note));
    out.raw("<td>");
    past(out, its);
    JobTotals totals = record.map(JobRecord::totals).orElse(JobTotals.NONE);
    long computed = totals.promptTokens() - totals.cachedTokens() + totals.generatedTokens();
    out.raw("<td class=\"n\">").text(Spoken.count(computed)).raw("<td class=\"n\">");
    out.text(Spoken.count(totals.savedTokens() + totals.cachedTokens())).raw("</tr>\n");
  }

  private static String fires(ScheduledJob job) {
    List<String> ways = new ArrayList<>();
    job.cron().map(CronTimes::toString).ifPresent(ways::add);
    job.arrival().ifPresent(arrival -> ways.add("when files arrive"));
    if (!job.after().isEmpty()) {
      ways.add(job.afterInWords());
    }
    return ways.isEmpty() ? "by hand" : String.join("; ", ways);
  }

  private void lastRun(Html out, RunRecord run) {
    Instant ended = Instant.ofEpochMilli(run.ended());
    out.text(Spoken.relative(ended, moment.now()));
    String took = run.started() == 0 ? "" : "took " + Spoken.duration(duration(run));
    String code = run.succeeded() ? took : "code " + run.exitCode() + (took.isEmpty() ? "" : ", ");
    out.element("small", "", run.succeeded() ? took : code + took);
  }

  private void past(Html out, List<RunRecord> runs) {
    out.raw("<span class=\"past\">");
    for (RunRecord run : runs.subList(Math.max(0, runs.size() - SHOWN_OF_A_JOB), runs.size())) {
      String state = run.isActive() ? "run" : run.succeeded() ? "ok" : "bad";
      String word = run.isActive() ? "under way" : run.succeeded() ? "done" : "failed";
      out.titled("i", state, at(run) + " " + word, "");
    }
    out.raw("</span>");
  }

  private void recent(Html out, List<RunRecord> all) {
    List<RunRecord> ended = new ArrayList<>(all.stream().filter(run -> !run.isActive()).toList());
    ended.sort(Comparator.comparingLong(RunRecord::ended).thenComparing(RunRecord::id).reversed());
    out.raw("<h2>Last runs</h2>\n<div class=\"frame\"><table id=\"runs\"><thead><tr>")
        .raw("<th>Result<th>Job<th>Logical time<th>Ended<th class=\"n\">Took<th class=\"n\">Rows")
        .raw("<th class=\"n\">Failed<th class=\"n\">Tokens<th class=\"n\">Saved<th>Message")
        .raw("</tr></thead>\n<tbody>\n");
    if (ended.isEmpty()) {
      out.raw("<tr><td colspan=\"10\" class=\"soft\">No run has ended yet.</tr>\n");
    }
    ended.stream().limit(SHOWN_RUNS).forEach(run -> run(out, run));
    out.raw("</tbody></table></div>\n");
  }

  private void run(Html out, RunRecord run) {
    boolean good = run.succeeded();
    RunFigures told = run.figures() == null ? RunFigures.NONE : run.figures();
    out.raw("<tr><td>")
        .element("span", good ? "ok" : "bad", good ? "✓ done" : "✕ code " + run.exitCode());
    if (run.attempt() > 1) {
      out.element("small", "", "attempt " + run.attempt());
    }
    out.raw("<td class=\"name\">");
    if (logs) {
      out.raw("<a href=\"logs/").text(run.id()).raw("\">").text(run.job()).raw("</a>");
    } else {
      out.text(run.job());
    }
    out.element("small", "", run.cause());
    out.raw("<td>").text(at(run)).raw("<td>");
    out.text(Spoken.relative(Instant.ofEpochMilli(run.ended()), moment.now()));
    out.raw("<td class=\"n\">").text(run.started() == 0 ? "–" : Spoken.duration(duration(run)));
    number(out, told.rows());
    number(out, told.failed());
    number(out, computed(told));
    number(out, saved(told));
    out.raw("<td class=\"wide\">").text(run.message() == null ? "" : run.message());
    run.hooks()
        .forEach(
            (hook, what) ->
                out.element("small", what.startsWith("not told") ? "bad" : "", hook + ": " + what));
    out.raw("</tr>\n");
  }

  private static void number(Html out, Long number) {
    out.raw("<td class=\"n\">").text(number == null ? "–" : Spoken.count(number));
  }

  private static Long computed(RunFigures told) {
    return told.promptTokens() == null
        ? null
        : Long.valueOf(
            told.promptTokens()
                - Optional.ofNullable(told.cachedTokens()).orElse(0L)
                + Optional.ofNullable(told.generatedTokens()).orElse(0L));
  }

  private static Long saved(RunFigures told) {
    return told.cachedTokens() == null && told.savedTokens() == null
        ? null
        : Long.valueOf(
            Optional.ofNullable(told.cachedTokens()).orElse(0L)
                + Optional.ofNullable(told.savedTokens()).orElse(0L));
  }

  private String at(RunRecord run) {
    ZoneId zone = moment.schedule().job(run.job()).map(ScheduledJob::zone).orElse(ZoneOffset.UTC);
    return Spoken.time(JobVariables.timeOf(run.at()).toInstant(), zone);
  }

  private static Duration duration(RunRecord run) {
    return between(Instant.ofEpochMilli(run.started()), Instant.ofEpochMilli(run.ended()));
  }

  private static Duration between(Instant from, Instant to) {
    return to.isBefore(from) ? Duration.ZERO : Duration.between(from, to);
  }
}
