package dev.espalier.jobs;

import dev.espalier.jobs.fields.JobVariables;
import dev.espalier.row.Problem;
import java.util.List;
import picocli.CommandLine.Option;

/** The logical time of a run, as a command line may tell it. */
final class LogicalTime {
  @Option(
      names = "--at",
      paramLabel = "TIME",
      description =
          "The logical time of the run, such as 2026-03-01T00:00Z, which paths of the file may"
              + " name: {{ date }}. By default now, in UTC.")
  private String at;

  /** What paths mean by {@code {{ … }}}: now, unless a time was given. */
  JobVariables variables(List<Problem> problems) {
    if (at == null) {
      return JobVariables.now();
    }
    try {
      return JobVariables.at(JobVariables.timeOf(at));
    } catch (IllegalArgumentException e) {
      problems.add(new Problem("--at", e.getMessage(), "write date, time and zone"));
      return JobVariables.now();
    }
  }

  /** As words of a command line. */
  String words() {
    return at == null ? "" : " --at " + JobOverrides.quoted(at);
  }
}
