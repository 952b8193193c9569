package dev.espalier.pipeline;

import dev.espalier.engine.EngineActivity;
import dev.espalier.prefix.PrefixStatistics;
import dev.espalier.prefix.PrefixTotals;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
 * @param ranges of the plan
 * @param cutTokens see {@link dev.espalier.prefix.PrefixPlan#cutTokens()}
 * @param planned what the plan said
 * @param walked the exact totals, counted while the rows ran; none if they were not grouped
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
    long ranges,
    long cutTokens,
    PrefixStatistics planned,
    Optional<PrefixTotals> walked) {

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

  private static RunMetrics of(Map<String, Long> counts) {
    PrefixTotals walked = totals("walked_", counts);
    return new RunMetrics(
        count(Counters.ROWS_READ, counts),
        count(Counters.ROWS_SKIPPED, counts),
        count(Counters.ROWS_TRACED, counts),
        count(Counters.ROWS_PLANNED, counts),
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
        counts.getOrDefault("plan_ranges", 0L),
        counts.getOrDefault("plan_cut_tokens", 0L),
        new PrefixStatistics(
            totals("plan_", counts),
            counts.getOrDefault("plan_groups", 0L),
            counts.getOrDefault("plan_peak_tokens", 0L),
            counts.getOrDefault("plan_exact", 0L) == 1),
        counts.containsKey("walked_rows") ? Optional.of(walked) : Optional.empty());
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

  /** Counts the totals of a plan or a run, once. */
  static void report(String prefix, PrefixTotals totals) {
    Counters.counter(prefix + "rows").inc(totals.rows());
    Counters.counter(prefix + "rows_without_opening").inc(totals.rowsWithoutOpening());
    Counters.counter(prefix + "total_tokens").inc(totals.totalTokens());
    Counters.counter(prefix + "unique_tokens").inc(totals.uniqueTokens());
    Counters.counter(prefix + "achievable_hits").inc(totals.achievableHits());
    Counters.counter(prefix + "longest_tokens").inc(totals.longestTokens());
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

  private static long count(Counter counter, Map<String, Long> counts) {
    return counts.getOrDefault(counter.getName().getName(), 0L);
  }

  private static void compare(
      String name, long count, String otherName, long other, List<String> found) {
    if (count != other) {
      found.add(count + " " + name + " but " + other + " " + otherName);
    }
  }
}
