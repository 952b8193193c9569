package dev.espalier.jobs;

import dev.espalier.row.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A job and the rows that a command takes of it. A trial's table has a place of its own, beside the
 * whole one, unless the command line names one.
 *
 * @param job with all that is wrong with the job file and the command line
 */
record TrialReading(JobFile.Reading job, RowSelection rows) {

  private static final Pattern WHOLE_STORE = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+://[^/]*/*");

  static TrialReading of(JobOverrides overrides, TrialOptions options)
      throws ConfigurationException {
    JobFile.Reading reading = overrides.read();
    List<Problem> problems = new ArrayList<>();
    RowSelection rows = options.selection(reading.job().map(JobFile::seed).orElse(0L), problems);
    problems.addAll(0, reading.problems());
    boolean elsewhere = rows.suffix().isPresent() && !overrides.nameOutput();
    if (elsewhere) {
      reading
          .job()
          .map(job -> job.output().path())
          .filter(path -> WHOLE_STORE.matcher(path).matches())
          .ifPresent(path -> problems.add(nothingBeside(path)));
    }
    return new TrialReading(
        new JobFile.Reading(
            reading.job().map(job -> elsewhere ? beside(job, rows.suffix().get()) : job),
            problems,
            reading.places()),
        rows);
  }

  private static Problem nothingBeside(String path) {
    return new Problem(
        "output.path",
        "a trial's table lies beside the whole one, and nothing is beside " + path,
        "name its place: --set output.path=" + path.replaceAll("/+$", "") + "/trial");
  }

  private static JobFile beside(JobFile job, String suffix) {
    String path = job.output().path().replaceAll("/+$", "");
    return path.isEmpty() ? job : job.withOutputPath(path + "-" + suffix);
  }
}
