package dev.espalier.jobs;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.util.List;
import java.util.Locale;

/**
 * What {@code espalier plan} says of a job.
 *
 * @param state of the table's place: {@code new}, {@code unfinished}, {@code outdated} or {@code
 *     complete}
 * @param plan as in the report of the run
 * @param time absent where no device is known
 * @param refresh absent where the job is not a refresh
 */
record PlanReport(
    String job,
    String output,
    String state,
    Rows rows,
    RunReport.Plan plan,
    Openings openings,
    KvCache kvCache,
    Output generated,
    Time time,
    Columns columns,
    Refresh refresh) {

  /**
   * How the rows stand to the table that a refresh would bring up to date.
   *
   * @param changed rows that have to run because something changed on which their answers depend;
   *     of their steps those that stay the same are not computed
   * @param savedPromptTokens and
   * @param savedOutputTokens of the rows that are taken over
   */
  record Refresh(
      long newRows,
      long changed,
      long unchanged,
      long deleted,
      long retried,
      long savedPromptTokens,
      long savedOutputTokens) {}

  /**
   * @param finished by an earlier run, and kept
   */
  record Rows(long read, long finished, long toRun) {}

  /**
   * @param longestTokens of one opening
   * @param withoutOpening rows that ask a model for nothing, or cannot work
   * @param cutTokens shared tokens that are computed again because a border of ranges lies in them
   */
  record Openings(long longestTokens, long withoutOpening, long cutTokens) {}

  /**
   * @param tokenBytes keys and values of a token in all layers
   * @param openingsBytes for the plan's peak
   * @param peakBytes with what the rows in flight generate
   */
  record KvCache(long tokenBytes, long openingsBytes, long peakBytes) {}

  /**
   * @param basis {@code measured} by the run that {@code report} is of; {@code program}, the most
   *     that its steps allow; or {@code assumed}
   */
  record Output(double tokensPerRow, long tokens, String basis, String report) {}

  /**
   * @param basis {@code measured}, a roofline scaled by what the run of {@code report} took; or
   *     {@code roofline}
   */
  record Time(
      String device,
      double seconds,
      double prefillSeconds,
      double decodeSeconds,
      String basis,
      String report) {}

  /**
   * @param complete whether the table has no others
   */
  record Columns(boolean complete, List<Named> columns) {
    /**
     * @param type of Parquet for fields of the input, {@code by its values} where rows decide
     */
    record Named(String name, String type) {}
  }

  String json() {
    try {
      return new ObjectMapper()
              .setSerializationInclusion(JsonInclude.Include.NON_NULL)
              .enable(SerializationFeature.INDENT_OUTPUT)
              .writeValueAsString(this)
          + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a plan is always JSON", e);
    }
  }

  /** A line for each subject. */
  String text() {
    StringBuilder text = new StringBuilder();
    line(text, "table", "%s, %s", output, state);
    line(
        text,
        "rows",
        "%d read, %d finished before, %d to run",
        rows.read(),
        rows.finished(),
        rows.toRun());
    if (refresh != null) {
      line(
          text,
          "refresh",
          "%d new, %d changed, %d unchanged, %d deleted, %d retried; saves %d prompt and %d output"
              + " tokens",
          refresh.newRows(),
          refresh.changed(),
          refresh.unchanged(),
          refresh.deleted(),
          refresh.retried(),
          refresh.savedPromptTokens(),
          refresh.savedOutputTokens());
    }
    line(
        text,
        "openings",
        "%s, %d unique, the longest %d; %s without",
        Figures.count(plan.totalTokens(), "token"),
        plan.uniqueTokens(),
        openings.longestTokens(),
        Figures.count(openings.withoutOpening(), "row"));
    line(
        text,
        "sharing",
        "%s of them (%d) can be found in the cache%s; %s",
        Figures.percent(plan.achievableHits(), Math.max(1, plan.totalTokens())),
        plan.achievableHits(),
        plan.exact() ? "" : ", estimated",
        Figures.count(plan.groups(), "group"));
    line(
        text,
        "ranges",
        "%s; their borders cost %s",
        Figures.count(plan.ranges(), "range"),
        Figures.count(openings.cutTokens(), "token"));
    line(
        text,
        "KV cache",
        "%s of openings at once at most, %s; %s with what is generated",
        Figures.count(plan.peakTokens(), "token"),
        Figures.bytes(kvCache.openingsBytes()),
        Figures.bytes(kvCache.peakBytes()));
    line(
        text,
        "generated",
        "%s %s, %.1f a row (%s)",
        generated.basis().equals("program") ? "at most" : "about",
        Figures.count(generated.tokens(), "token"),
        generated.tokensPerRow(),
        basis(generated.basis(), generated.report()));
    if (time == null) {
      line(text, "time", "unknown: name a device, such as --device h200");
    } else {
      line(
          text,
          "time",
          "about %s on %s: prompts %s, generating %s (%s); without starting",
          Figures.duration(time.seconds()),
          time.device(),
          Figures.duration(time.prefillSeconds()),
          Figures.duration(time.decodeSeconds()),
          basis(time.basis(), time.report()));
    }
    line(
        text,
        "columns",
        "%s%s",
        String.join(", ", columns.columns().stream().map(c -> c.name() + " " + c.type()).toList()),
        columns.complete() ? "" : "; others as rows name them");
    return text.toString();
  }

  private static String basis(String basis, String report) {
    return switch (basis) {
      case "measured" -> "measured by " + report;
      case "program" -> "what the program allows";
      default -> basis;
    };
  }

  private static void line(StringBuilder text, String subject, String format, Object... values) {
    text.append(String.format(Locale.ROOT, "%-11s", subject))
        .append(String.format(Locale.ROOT, format, values))
        .append('\n');
  }
}
