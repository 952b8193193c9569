package dev.espalier.jobs.schedule.page;

import dev.espalier.jobs.progress.JobProgress;
import dev.espalier.jobs.schedule.Moment;
import dev.espalier.jobs.schedule.log.JobRecord;
import dev.espalier.jobs.schedule.log.JobTotals;
import dev.espalier.jobs.schedule.log.RunRecord;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** The figures of a schedule in Prometheus' text format, version 0.0.4. */
final class Metrics {
  /** The media type of the format. */
  static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final StringBuilder out = new StringBuilder();
  private final Moment moment;

  private Metrics(Moment moment) {
    this.moment = moment;
  }

  static String of(Moment moment) {
    Metrics metrics = new Metrics(moment);
    metrics.write();
    return metrics.out.toString();
  }

  private void write() {
    head("jobs", "gauge", "Jobs of the schedule.");
    sample("jobs", "", moment.schedule().jobs().size());
    head("notices", "gauge", "Files that do not check, and the like.");
    sample("notices", "", moment.notices().size());
    head("tick_timestamp_seconds", "gauge", "When the scheduler last looked at what is due.");
    sample("tick_timestamp_seconds", "", moment.now().toEpochMilli() / 1e3);

    head("job_next_fire_timestamp_seconds", "gauge", "When cron fires next.");
    moment
        .next()
        .forEach(
            (job, next) ->
                sample("job_next_fire_timestamp_seconds", label(job), next.toEpochMilli() / 1e3));
    gauge("job_paused", "Whether the job is paused.", job -> job.paused() ? 1 : 0);
    Map<String, Integer> running = new TreeMap<>();
    moment.schedule().jobs().forEach(job -> running.put(job.name(), 0));
    moment
        .progress()
        .keySet()
        .forEach(
            id ->
                Optional.ofNullable(moment.state().runs().get(id))
                    .ifPresent(run -> running.merge(run.job(), 1, Integer::sum)));
    head("job_running", "gauge", "Runs of the job that are under way.");
    running.forEach((job, count) -> sample("job_running", label(job), count));

    head("job_runs_total", "counter", "Runs that ended, by result.");
    for (JobRecord job : jobs()) {
      String name = label(job.name());
      sample("job_runs_total", name + ",result=\"success\"", (double) job.totals().succeeded());
      sample("job_runs_total", name + ",result=\"failure\"", (double) job.totals().failed());
    }
    counter("job_retries_total", "Attempts that were followed by another.", JobTotals::retried);
    counter("job_missed_fires_total", "Fires that nobody was there for.", JobTotals::missed);
    counter(
        "job_passed_fires_total",
        "Fires passed over because the job was paused or had not ended.",
        JobTotals::passed);
    counter("job_run_seconds_total", "Time that runs took.", JobTotals::seconds);
    counter("job_rows_total", "Rows that were run.", JobTotals::rows);
    counter("job_prompt_tokens_total", "Prompt tokens.", JobTotals::promptTokens);
    counter(
        "job_cached_tokens_total", "Prompt tokens found in the cache.", JobTotals::cachedTokens);
    counter("job_generated_tokens_total", "Tokens generated.", JobTotals::generatedTokens);
    counter(
        "job_saved_tokens_total", "Tokens taken over from earlier runs.", JobTotals::savedTokens);

    last("job_last_exit_code", "Exit code of the last run that ended.", RunRecord::exitCode);
    last("job_last_end_timestamp_seconds", "When the last run ended.", run -> run.ended() / 1e3);
    last(
        "job_last_duration_seconds",
        "How long the last run took.",
        run -> run.started() == 0 ? 0 : Math.max(0, run.ended() - run.started()) / 1e3);

    progress("run_rows_done", "Rows of a run under way that have ended.", JobProgress::rowsDone);
    progress("run_rows_to_run", "Rows that a run under way has to run.", JobProgress::rowsToRun);
    progress("run_rows_failed", "Rows of a run under way that failed.", JobProgress::rowsFailed);
  }

  private List<JobRecord> jobs() {
    return List.copyOf(moment.state().jobs().values());
  }

  private void gauge(String name, String help, ToDoubleFunction<JobRecord> value) {
    head(name, "gauge", help);
    jobs().forEach(job -> sample(name, label(job.name()), value.applyAsDouble(job)));
  }

  private void counter(String name, String help, ToDoubleFunction<JobTotals> value) {
    head(name, "counter", help);
    jobs().forEach(job -> sample(name, label(job.name()), value.applyAsDouble(job.totals())));
  }

  private void last(String name, String help, ToDoubleFunction<RunRecord> value) {
    Map<String, RunRecord> last = new TreeMap<>();
    for (RunRecord run : moment.state().runs().values()) {
      RunRecord other = last.get(run.job());
      if (!run.isActive() && (other == null || other.ended() <= run.ended())) {
        last.put(run.job(), run);
      }
    }
    head(name, "gauge", help);
    last.forEach((job, run) -> sample(name, label(job), value.applyAsDouble(run)));
  }

  private void progress(String name, String help, Function<JobProgress, Long> value) {
    head(name, "gauge", help);
    moment
        .progress()
        .forEach(
            (id, tells) -> {
              RunRecord run = moment.state().runs().get(id);
              if (run != null) {
                tells.get().ifPresent(far -> sample(name, label(run.job()), value.apply(far)));
              }
            });
  }

  private void head(String name, String type, String help) {
    out.append("# HELP espalier_schedule_").append(name).append(' ').append(help).append('\n');
    out.append("# TYPE espalier_schedule_").append(name).append(' ').append(type).append('\n');
  }

  private static String label(String job) {
    return "job=\"" + job.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
  }

  private void sample(String name, String labels, double value) {
    out.append("espalier_schedule_").append(name);
    if (!labels.isEmpty()) {
      out.append('{').append(labels).append('}');
    }
    out.append(' ').append(number(value)).append('\n');
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : String.format(Locale.ROOT, "%.3f", value);
  }
}
