package dev.espalier.jobs;

import dev.espalier.jobs.fields.JobVariables;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;

/**
 * Brings tables up to date. A process that refreshes one table after another lends each refresh its
 * surroundings ({@link JobSurroundings}), so that engines stay open between them and the report is
 * told; a refresh of a table on which nothing is to do takes no engine.
 */
final class RefreshJob {
  private final PrintWriter out;
  private final PrintWriter err;

  /**
   * @param waits for another job in the same place, instead of failing
   * @param checksInput reads the input even if its files look unchanged
   * @param detached does not wait for the end of a job on a cluster
   */
  record Options(boolean waits, boolean checksInput, boolean detached) {
    /** Waits for nothing but the job's end. */
    static final Options DEFAULTS = new Options(false, false, false);
  }

  /**
   * @param out gets what a person wants to know at the end
   * @param err gets what a person should know on the way
   */
  RefreshJob(PrintWriter out, PrintWriter err) {
    this.out = out;
    this.err = err;
  }

  /**
   * Refreshes the table of a job.
   *
   * @param settings of the form {@code a.b=value}, in place of what the file says
   * @param at the logical time of the run
   * @return the exit code
   * @throws ConfigurationException with all that is wrong with the job, before any work
   */
  int run(Path job, List<String> settings, JobVariables at, Options options)
      throws IOException, InterruptedException, ConfigurationException {
    return run(JobFileReader.reading(job, settings, at), "espalier refresh " + job, options);
  }

  /**
   * The same for a job that was read.
   *
   * @param command that goes on after an interruption
   */
  int run(JobFile.Reading reading, String command, Options options)
      throws IOException, InterruptedException, ConfigurationException {
    PreparedJob job = JobCheck.prepareRefresh(reading, options.checksInput(), err);
    return new JobStart(job, false, options.detached(), command, out, err).run(options.waits());
  }
}
