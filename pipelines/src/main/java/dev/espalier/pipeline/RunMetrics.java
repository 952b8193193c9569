package dev.espalier.pipeline;

import dev.espalier.engine.EngineActivity;
import dev.espalier.prefix.PrefixPlan;
import dev.espalier.prefix.PrefixStatistics;
import dev.espalier.prefix.PrefixTotals;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.MetricNameFilter;
import org.apache.beam.sdk.metrics.MetricResult;
import org.apache.beam.sdk.metrics.MetricResults;
import org.apache.beam.sdk.metrics.MetricsFilter;

/**
 * What a run counted, on whatever machines it ran.
 *
 * @param rowsRead rows of the input
 * @param rowsSkipped those whose outcome was in the journal
 * @param rowsTraced those whose opening is known
 * @param rowsPlanned those given a range
 * @param rowsRun those that ended, failed ones included
 * @param rowsFailed those that ended with an error
 * @param rowsEmitted outcomes handed on, skipped rows' included
 * @param journalUnused finished rows whose row is gone, or has changed, or which were there before
 * @param promptTokens prompt tokens of all requests
 * @param cachedTokens those of them that the cache had
 * @param outputTokens tokens generated, or scored for a choice
 * @param openingHits opening tokens that the rows' first requests found in the cache: the achieved
 *     part of the achievable hits
 * @param engine where the time of all engines went, and how often sequences gave up their pages;
 *     the rest of it is 0
 * @param fetchMillis that machines spent on bringing the model there, in all
 * @param ranges of the plan
 * @param cutTokens see {@link dev.espalier.prefix.PrefixPlan#cutTokens()}
 * @param planned what the plan said
 * @param walked the exact totals, counted while the rows ran; none if they were not grouped
 * @param refreshed how the rows stand to the table before
 */
public record RunMetrics(
    long rowsRead,
    long rowsSkipped,
    long rowsTraced,
    long rowsPlanned,
    long rowsRun,
    long rowsFailed,
    long rowsEmitted,
    long journalUnused,
    long promptTokens,
    long cachedTokens,
    long outputTokens,
    long openingHits,
    EngineActivity engine,
    long fetchMillis,
    long ranges,
    long cutTokens,
    PrefixStatistics planned,
    Optional<PrefixTotals> walked,
    RefreshFigures refreshed) {

  /** Reads the metrics of a run that has ended; without committed values, the attempted ones. */
  public static RunMetrics of(PipelineResult result) {
    return of(result.metrics());
  }

  /** The same of a run that goes on, as far as the runner tells them. */
  public static RunMetrics of(MetricResults results) {
    Map<String, Long> counts = new TreeMap<>();
    MetricsFilter ours =
        MetricsFilter.builder()
            .addNameFilter(MetricNameFilter.inNamespace(Counters.NAMESPACE))
            .build();
    for (MetricResult<Long> metric : results.queryMetrics(ours).getCounters()) {
      Long committed = metric.getCommittedOrNull();
      counts.merge(
          metric.getName().getName(),
          committed == null ? metric.getAttempted() : committed,
          Long::sum);
    }
    return of(counts);
  }

  /** Reads what {@link #counts()} gives, and what parts of it add up to. */
  static RunMetrics of(Map<String, Long> counts) {
    PrefixTotals walked = totals("walked_", counts);
    return new RunMetrics(
        count(Counters.ROWS_READ, counts),
        count(Counters.ROWS_SKIPPED, counts),
        counts.getOrDefault(
            Counters.ROWS_TRACED.getName().getName(), counts.getOrDefault("plan_rows", 0L)),
        counts.getOrDefault(
            Counters.ROWS_PLANNED.getName().getName(), counts.getOrDefault("plan_rows", 0L)),
        count(Counters.ROWS_RUN, counts),
        count(Counters.ROWS_FAILED, counts),
        count(Counters.ROWS_EMITTED, counts),
        count(Counters.JOURNAL_UNUSED, counts),
        count(Counters.PROMPT_TOKENS, counts),
        count(Counters.CACHED_TOKENS, counts),
        count(Counters.OUTPUT_TOKENS, counts),
        count(Counters.OPENING_HITS, counts),
        new EngineActivity(
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            count(Counters.PREEMPTIONS, counts),
            count(Counters.ENGINE_BUSY, counts),
            count(Counters.ENGINE_SHORT_OF_PAGES, counts),
            count(Counters.ENGINE_HOST, counts),
            count(Counters.ENGINE_IDLE, counts)),
        count(Counters.FETCH_MILLIS, counts),
        counts.getOrDefault("plan_ranges", 0L),
        counts.getOrDefault("plan_cut_tokens", 0L),
        new PrefixStatistics(
            totals("plan_", counts),
            counts.getOrDefault("plan_groups", 0L),
            counts.getOrDefault("plan_peak_tokens", 0L),
            counts.getOrDefault("plan_exact", 0L) == 1),
        counts.containsKey("walked_rows") ? Optional.of(walked) : Optional.empty(),
        RefreshFigures.of(counts));
  }

  /** All of it by names, in their order. */
  SortedMap<String, Long> counts() {
    SortedMap<String, Long> counts = new TreeMap<>(counts("plan_", planned.totals()));
    walked.ifPresent(totals -> counts.putAll(counts("walked_", totals)));
    add(Counters.ROWS_READ, rowsRead, counts);
    add(Counters.ROWS_SKIPPED, rowsSkipped, counts);
    add(Counters.ROWS_TRACED, rowsTraced, counts);
    add(Counters.ROWS_PLANNED, rowsPlanned, counts);
    add(Counters.ROWS_RUN, rowsRun, counts);
    add(Counters.ROWS_FAILED, rowsFailed, counts);
    add(Counters.ROWS_EMITTED, rowsEmitted, counts);
    add(Counters.JOURNAL_UNUSED, journalUnused, counts);
    add(Counters.PROMPT_TOKENS, promptTokens, counts);
    add(Counters.CACHED_TOKENS, cachedTokens, counts);
    add(Counters.OUTPUT_TOKENS, outputTokens, counts);
    add(Counters.OPENING_HITS, openingHits, counts);
    add(Counters.PREEMPTIONS, engine.preemptions(), counts);
    add(Counters.ENGINE_BUSY, engine.busyNanos(), counts);
    add(Counters.ENGINE_SHORT_OF_PAGES, engine.shortOfPagesNanos(), counts);
    add(Counters.ENGINE_HOST, engine.hostNanos(), counts);
    add(Counters.ENGINE_IDLE, engine.idleNanos(), counts);
    add(Counters.FETCH_MILLIS, fetchMillis, counts);
    refreshed.addTo(counts);
    counts.put("plan_ranges", ranges);
    counts.put("plan_cut_tokens", cutTokens);
    counts.put("plan_groups", planned.groups());
    counts.put("plan_peak_tokens", planned.peakTokens());
    counts.put("plan_exact", planned.exact() ? 1L : 0L);
    return counts;
  }

  /** The same run, of which {@code rows} outcomes were handed on. */
  public RunMetrics withRowsEmitted(long rows) {
    return new RunMetrics(
        rowsRead,
        rowsSkipped,
        rowsTraced,
        rowsPlanned,
        rowsRun,
        rowsFailed,
        rows,
        journalUnused,
        promptTokens,
        cachedTokens,
        outputTokens,
        openingHits,
        engine,
        fetchMillis,
        ranges,
        cutTokens,
        planned,
        walked,
        refreshed);
  }

  /**
   * What does not add up: rows lost or doubled between two stages. Empty if every row of the input
   * has been handed on once.
   */
  public List<String> discrepancies() {
    List<String> found = new ArrayList<>();
    compare("rows read", rowsRead, "rows skipped or planned", rowsSkipped + rowsPlanned, found);
    compare("rows planned", rowsPlanned, "rows run", rowsRun, found);
    compare("rows read", rowsRead, "rows emitted", rowsEmitted, found);
    compare("rows planned", rowsPlanned, "rows in the plan", planned.totals().rows(), found);
    walked.ifPresent(
        totals -> compare("rows planned", rowsPlanned, "rows walked", totals.rows(), found));
    return found;
  }

  /** What a plan counted: its rows are those that were given a range. */
  static SortedMap<String, Long> counts(PrefixPlan plan) {
    PrefixStatistics statistics = plan.statistics();
    SortedMap<String, Long> counts = new TreeMap<>(counts("plan_", statistics.totals()));
    counts.put("plan_groups", statistics.groups());
    counts.put("plan_peak_tokens", statistics.peakTokens());
    counts.put("plan_exact", statistics.exact() ? 1L : 0L);
    counts.put("plan_ranges", (long) plan.ranges());
    counts.put("plan_cut_tokens", plan.cutTokens());
    return counts;
  }

  /** The totals of a plan or a walk. */
  static SortedMap<String, Long> counts(String prefix, PrefixTotals totals) {
    SortedMap<String, Long> counts = new TreeMap<>();
    counts.put(prefix + "rows", totals.rows());
    counts.put(prefix + "rows_without_opening", totals.rowsWithoutOpening());
    counts.put(prefix + "total_tokens", totals.totalTokens());
    counts.put(prefix + "unique_tokens", totals.uniqueTokens());
    counts.put(prefix + "achievable_hits", totals.achievableHits());
    counts.put(prefix + "longest_tokens", (long) totals.longestTokens());
    return counts;
  }

  /** Adds to one of several counts. */
  static void add(Counter counter, long number, Map<String, Long> counts) {
    counts.merge(counter.getName().getName(), number, Long::sum);
  }

  /** Tells the runner's metrics. */
  static void report(Map<String, Long> counts) {
    counts.forEach((name, number) -> Counters.counter(name).inc(number));
  }

  private static PrefixTotals totals(String prefix, Map<String, Long> counts) {
    return new PrefixTotals(
        counts.getOrDefault(prefix + "rows", 0L),
        counts.getOrDefault(prefix + "rows_without_opening", 0L),
        counts.getOrDefault(prefix + "total_tokens", 0L),
        counts.getOrDefault(prefix + "unique_tokens", 0L),
        counts.getOrDefault(prefix + "achievable_hits", 0L),
        Math.toIntExact(counts.getOrDefault(prefix + "longest_tokens", 0L)));
  }

  static long count(Counter counter, Map<String, Long> counts) {
    return counts.getOrDefault(counter.getName().getName(), 0L);
  }

  private static void compare(
      String name, long count, String otherName, long other, List<String> found) {
    if (count != other) {
      found.add(count + " " + name + " but " + other + " " + otherName);
    }
  }
}
