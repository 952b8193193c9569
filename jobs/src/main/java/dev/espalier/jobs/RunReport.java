package dev.espalier.jobs;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What {@code run.json} says of a run; the table itself never depends on any of it. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record RunReport(
    Map<String, String> versions,
    Job job,
    Model model,
    Program program,
    Plan plan,
    Achieved achieved,
    Rows rows,
    Map<String, Long> failures,
    Tokens tokens,
    Output output,
    double wallSeconds) {

  record Job(
      String file,
      String input,
      long seed,
      String runner,
      int workers,
      String device,
      int maxBatchTokens,
      long kvCacheBytes,
      boolean grouping) {}

  record Model(String name, String family, String hash) {}

  record Program(String source, String hash) {}

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
   * @param ofAchievable openingHits as a fraction of what the plan says can be had
   */
  record Achieved(long openingTokens, long openingHits, double ofAchievable) {}

  /**
   * @param skipped finished by an earlier run of the same job
   */
  record Rows(long read, long skipped, long run, long failed, long written) {}

  /**
   * Over all steps of all rows that ran.
   *
   * @param cached prompt tokens found in the cache
   */
  record Tokens(long prompt, long cached, long generated) {}

  record Output(String path, List<String> files) {}

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
        "%d rows written to %s: %d run, %d finished before, %d failed",
        rows.written(),
        output.path(),
        rows.run(),
        rows.skipped(),
        rows.failed());
    failures.forEach((code, count) -> line(text, "  %s: %d", code, count));
    if (plan != null) {
      line(
          text,
          "prefixes: %d of %d opening tokens could be shared%s; %.2f%% of them were",
          plan.achievableHits(),
          plan.totalTokens(),
          plan.exact() ? "" : " (estimated)",
          100 * achieved.ofAchievable());
    }
    line(
        text,
        "tokens: %d prompt (%d cached), %d generated; %.1f s, %.0f rows/s",
        tokens.prompt(),
        tokens.cached(),
        tokens.generated(),
        wallSeconds,
        rows.run() / Math.max(wallSeconds, 1e-9));
    return text.toString();
  }

  private static void line(StringBuilder text, String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
