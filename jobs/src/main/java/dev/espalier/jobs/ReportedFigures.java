package dev.espalier.jobs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.espalier.jobs.schedule.log.RunFigures;
import java.util.Optional;

/** What the history of a schedule keeps of a run's report. */
final class ReportedFigures {
  private ReportedFigures() {}

  /** Of a report as JSON; what it does not tell is left out. */
  static RunFigures of(String json) {
    JsonNode report;
    try {
      report = new ObjectMapper().readTree(json);
    } catch (JsonProcessingException e) {
      return RunFigures.NONE;
    }
    return new RunFigures(
        number(report, "/rows/written"),
        number(report, "/rows/failed"),
        number(report, "/rows/run"),
        changedShare(report),
        number(report, "/tokens/prompt"),
        number(report, "/tokens/cached"),
        number(report, "/tokens/generated"),
        saved(report));
  }

  /** The first check that the new snapshot failed; none if it failed none. */
  static Optional<String> failedCheck(String json) {
    try {
      JsonNode check = new ObjectMapper().readTree(json).at("/refresh/failedChecks/0");
      return Optional.of("check failed: " + check.asText()).filter(text -> check.isTextual());
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  /** Of the rows that were there before and still are; none without a table before. */
  private static Double changedShare(JsonNode report) {
    Long changed = number(report, "/refresh/contentChanged");
    Long added = number(report, "/refresh/contentAdded");
    Long rows = number(report, "/rows/written");
    boolean isFirst = report.at("/refresh/parent").asInt() == 0;
    if (changed == null || added == null || rows == null || isFirst || rows <= added) {
      return null;
    }
    return (double) changed / (rows - added);
  }

  private static Long saved(JsonNode report) {
    Long prompt = number(report, "/refresh/savedPromptTokens");
    Long output = number(report, "/refresh/savedOutputTokens");
    return prompt == null || output == null ? null : Long.valueOf(prompt + output);
  }

  private static Long number(JsonNode report, String path) {
    JsonNode value = report.at(path);
    return value.isNumber() ? value.asLong() : null;
  }
}
