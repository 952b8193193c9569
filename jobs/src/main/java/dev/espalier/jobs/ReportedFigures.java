package dev.espalier.jobs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.espalier.jobs.schedule.log.RunFigures;

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
        null,
        number(report, "/tokens/prompt"),
        number(report, "/tokens/cached"),
        number(report, "/tokens/generated"),
        null);
  }

  private static Long number(JsonNode report, String path) {
    JsonNode value = report.at(path);
    return value.isNumber() ? value.asLong() : null;
  }
}
