package dev.espalier.jobs;

import dev.espalier.row.Problem;
import java.util.ArrayList;
import java.util.List;

/**
 * A job and the rows that a command takes of it. A trial's table has a place of its own, beside the
 * whole one, unless the command line names one.
 *
 * @param job with all that is wrong with the job file and the command line
 */
record TrialReading(JobFile.Reading job, RowSelection rows) {

  static TrialReading of(JobOverrides overrides, TrialOptions options)
      throws ConfigurationException {
    JobFile.Reading reading = overrides.read();
    List<Problem> problems = new ArrayList<>();
    RowSelection rows = options.selection(reading.job().map(JobFile::seed).orElse(0L), problems);
    problems.addAll(0, reading.problems());
    boolean elsewhere = rows.suffix().isPresent() && !overrides.nameOutput();
    return new TrialReading(
        new JobFile.Reading(
            reading.job().map(job -> elsewhere ? beside(job, rows.suffix().get()) : job),
            problems,
            reading.places()),
        rows);
  }

  private static JobFile beside(JobFile job, String suffix) {
    String path = job.output().path().replaceAll("/+$", "");
    return path.isEmpty() ? job : job.withOutputPath(path + "-" + suffix);
  }
}
