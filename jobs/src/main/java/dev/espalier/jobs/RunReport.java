package dev.espalier.jobs;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.espalier.engine.EngineActivity;
import dev.espalier.io.table.Manifest;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code run.json} says of a run; the table itself never depends on any of it.
 *
 * @param recovered true if the run was cut off after its table was complete, and the report was
 *     made of the table: what only the run knew (plan, achieved, tokens, time) is missing then
 * @param failures error rows by code
 * @param firstFailures the error row of the lowest id by code
 * @param modelFetchSeconds that machines spent on bringing the model there, in all
 * @param refresh of a table with snapshots
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record RunReport(
    Table table,
    Boolean recovered,
    Map<String, String> versions,
    Job job,
    Model model,
    Program program,
    Plan plan,
    Achieved achieved,
    Rows rows,
    Map<String, Long> failures,
    Map<String, Manifest.FirstError> firstFailures,
    Tokens tokens,
    Engine engine,
    Output output,
    Double wallSeconds,
    Double modelFetchSeconds,
    Refresh refresh) {

  /** The table that this reports on. */
  record Table(String fingerprint, int generation) {}

  record Job(
      String file,
      String input,
      long seed,
      String runner,
      int workers,
      String device,
      int maxBatchTokens,
      long kvCacheBytes,
      boolean grouping)
      implements Serializable {}

  record Model(String name, String family, String hash) implements Serializable {}

  record Program(String source, String hash) implements Serializable {}

  /**
   * The plan of the openings, before anything ran.
   *
   * @param achievableHits opening tokens that need not be computed when each shared one is computed
   *     once
   * @param exact whether everything was counted, or some of it estimated from a sample
   */
  record Plan(
      long rows,
      long totalTokens,
      long uniqueTokens,
      long achievableHits,
      long groups,
      int ranges,
      long peakTokens,
      boolean exact) {}

  /**
   * What became of the plan.
   *
   * @param openingHits opening tokens found in the cache
   * @param ofAchievable openingHits as a fraction of what the plan says can be had, at most 1: a
   *     row that was put off finds its own beginning too
   */
  record Achieved(long openingTokens, long openingHits, double ofAchievable) {}

  /**
   * @param skipped finished by an earlier run of the same job
   */
  record Rows(Long read, Long skipped, Long run, long failed, long written) {}

  /**
   * Over all steps of all rows that ran.
   *
   * @param cached prompt tokens found in the cache
   */
  record Tokens(long prompt, long cached, long generated) {}

  /**
   * Where the time of the engines went, from their first request to their last, of several devices
   * together.
   *
   * @param busy share of the time in which a batch was under way
   * @param busySeconds in which a batch was under way
   * @param shortOfPagesSeconds the part of them in which rows waited for pages of the cache
   * @param hostSeconds without a batch though there were requests: the host put the next together
   * @param noRowsSeconds without requests
   * @param preemptions sequences that gave up their pages and were computed again
   */
  record Engine(
      double busy,
      double busySeconds,
      double shortOfPagesSeconds,
      double hostSeconds,
      double noRowsSeconds,
      long preemptions) {
    private static final double NANOS = 1e9;

    static Engine of(EngineActivity activity) {
      long all = activity.busyNanos() + activity.hostNanos() + activity.idleNanos();
      return new Engine(
          all == 0 ? 0 : (double) activity.busyNanos() / all,
          activity.busyNanos() / NANOS,
          activity.shortOfPagesNanos() / NANOS,
          activity.hostNanos() / NANOS,
          activity.idleNanos() / NANOS,
          activity.preemptions());
    }

    String line() {
      return String.format(
          Locale.ROOT,
          "engine: busy %s of %.1f s (rows waited for pages %.1f s of it); no rows %.1f s, host"
              + " %.1f s",
          Figures.percent(
              Math.round(busySeconds * NANOS),
              Math.round((busySeconds + hostSeconds + noRowsSeconds) * NANOS)),
          busySeconds + hostSeconds + noRowsSeconds,
          shortOfPagesSeconds,
          noRowsSeconds,
          hostSeconds);
    }
  }

  /**
   * How a table was brought up to date, and what that saved.
   *
   * @param snapshot number of the one that was made
   * @param parent number of the one that was current; 0 if there was none
   * @param by {@code run} or {@code refresh}
   * @param end {@code current}, {@code same}, {@code rejected} or {@code waits}
   * @param failedChecks what speaks against it
   * @param newRows rows that the table had not
   * @param changed rows that ran because something changed on which their answers depend
   * @param unchanged rows whose answers were taken over
   * @param deleted rows of the table that are gone
   * @param retried rows that had failed and ran again
   * @param failed rows that are errors now
   * @param stepsRun requests to the model that were computed
   * @param stepsKnown requests to the model whose results were known
   * @param savedPromptTokens and
   * @param savedOutputTokens that were not computed
   * @param savedSeconds about how long they would have taken; missing if nothing tells
   * @param secondsPerToken of the engine, of the run of this table that computed most
   * @param measuredTokens prompt and output tokens of that run, cached ones among them
   * @param contentAdded rows of the table that are new,
   * @param contentChanged that have another content, and
   * @param contentDeleted that are gone, as the change file has them
   */
  record Refresh(
      int snapshot,
      int parent,
      String by,
      String end,
      List<String> failedChecks,
      long newRows,
      long changed,
      long unchanged,
      long deleted,
      long retried,
      long failed,
      long stepsRun,
      long stepsKnown,
      long savedPromptTokens,
      long savedOutputTokens,
      Double savedSeconds,
      Double secondsPerToken,
      long measuredTokens,
      long contentAdded,
      long contentChanged,
      long contentDeleted) {

    private Refresh judged(Optional<String> against) {
      return new Refresh(
          snapshot,
          parent,
          by,
          against.isEmpty() ? "current" : "rejected",
          against.map(List::of).orElse(failedChecks),
          newRows,
          changed,
          unchanged,
          deleted,
          retried,
          failed,
          stepsRun,
          stepsKnown,
          savedPromptTokens,
          savedOutputTokens,
          savedSeconds,
          secondsPerToken,
          measuredTokens,
          contentAdded,
          contentChanged,
          contentDeleted);
    }

    String lines() {
      StringBuilder text = new StringBuilder();
      line(
          text,
          "%s: %s new, %s changed, %s unchanged, %s deleted, %s retried, %s failed",
          by,
          newRows,
          changed,
          unchanged,
          deleted,
          retried,
          failed);
      line(
          text,
          "saved: %s prompt and %s output tokens%s; %s of %s computed",
          savedPromptTokens,
          savedOutputTokens,
          savedSeconds == null ? "" : ", about " + Figures.duration(savedSeconds),
          stepsRun,
          Figures.count(stepsRun + stepsKnown, "step"));
      failedChecks.forEach(check -> line(text, "check failed: %s", check));
      line(
          text,
          switch (end) {
            case "same" -> "nothing changed: snapshot %2$s stays";
            case "rejected" -> "snapshot %s is kept, and not current: it failed a check";
            case "waits" -> "snapshot %s is not current yet";
            default -> "snapshot %s is current";
          },
          snapshot,
          parent);
      return text.toString();
    }
  }

  /**
   * The same report when a program has decided on the snapshot.
   *
   * @param against what it has against it
   */
  RunReport judged(Optional<String> against) {
    return new RunReport(
        table,
        recovered,
        versions,
        job,
        model,
        program,
        plan,
        achieved,
        rows,
        failures,
        firstFailures,
        tokens,
        engine,
        output,
        wallSeconds,
        modelFetchSeconds,
        refresh.judged(against));
  }

  record Output(String path, List<String> files) {}

  /**
   * Reads what {@link #json} gives.
   *
   * @throws IOException if it is something else
   */
  static RunReport parse(byte[] json) throws IOException {
    return new ObjectMapper()
        .configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false)
        .readValue(json, RunReport.class);
  }

  String json() {
    try {
      return new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(this)
          + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a run report is always JSON", e);
    }
  }

  /** A few lines for a person, as they stand at the end of a run. */
  String summary() {
    StringBuilder text = new StringBuilder();
    line(
        text,
        "%s written to %s: %s run, %s finished before, %s failed",
        Figures.count(rows.written(), "row"),
        output.path(),
        rows.run(),
        rows.skipped(),
        rows.failed());
    if (plan.totalTokens() > 0) {
      line(
          text,
          "prefixes: %s of %s could be shared%s%s",
          plan.achievableHits(),
          Figures.count(plan.totalTokens(), "opening token"),
          plan.exact() ? "" : " (estimated)",
          plan.achievableHits() == 0
              ? ""
              : "; %s of them were"
                  .formatted(Figures.percent(achieved.openingHits(), plan.achievableHits())));
    }
    line(
        text,
        "tokens: %s prompt (%s cached), %s generated; %s%s",
        tokens.prompt(),
        tokens.cached(),
        tokens.generated(),
        Figures.duration(wallSeconds),
        rows.run() == 0 ? "" : ", " + Figures.rate(rows.run(), wallSeconds, "row"));
    if (engine.busySeconds() > 0) {
      text.append(engine.line()).append('\n');
    }
    if (refresh != null) {
      text.append(refresh.lines());
    }
    return text.toString();
  }

  private static void line(StringBuilder text, String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
