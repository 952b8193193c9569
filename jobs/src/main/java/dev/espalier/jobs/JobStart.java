package dev.espalier.jobs;

import dev.espalier.io.FileProblemException;
import dev.espalier.io.lock.LockHeldException;
import dev.espalier.io.lock.PlaceLock;
import dev.espalier.io.table.Manifest;
import dev.espalier.io.table.OutputCheck;
import dev.espalier.io.table.TableLayout;
import dev.espalier.io.table.TableState;
import dev.espalier.io.table.TableTidying;
import dev.espalier.io.table.WriteOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;

/** Starts a job as the owner of its output: tidies up after a run that was cut off, then runs. */
final class JobStart {
  private final PreparedJob job;
  private final boolean retryFailed;
  private final String command;
  private final PrintWriter out;
  private final PrintWriter err;

  /**
   * @param retryFailed run the failed rows of a complete table again
   * @param command that goes on after an interruption
   */
  JobStart(PreparedJob job, boolean retryFailed, String command, PrintWriter out, PrintWriter err) {
    this.job = job;
    this.retryFailed = retryFailed;
    this.command = command;
    this.out = out;
    this.err = err;
  }

  /**
   * Runs what is to run.
   *
   * @param wait for another job in the same place, instead of failing
   * @return the exit code
   */
  int run(boolean wait) throws IOException, InterruptedException, ConfigurationException {
    if (job.state() == TableState.COMPLETE && !retryFailed && isTidy()) {
      return nothingToDo(manifest(job.output()));
    }
    try (PlaceLock lock = lock(wait)) {
      return run(lock);
    }
  }

  /** Whether a complete table needs nothing that only the owner of the place may do. */
  private boolean isTidy() throws IOException {
    return !TableTidying.isNeeded(job.output())
        && !JournalOfRows.of(job).journal().exists()
        && RunReports.isOf(manifest(job.output()), job.output());
  }

  private PlaceLock lock(boolean wait)
      throws IOException, InterruptedException, ConfigurationException {
    WriteOptions place = job.output();
    String directory = new TableLayout(place.path()).lock();
    try {
      return wait
          ? PlaceLock.await(place.storage(), directory, this::sayThatItWaits)
          : PlaceLock.acquire(place.storage(), directory);
    } catch (LockHeldException e) {
      throw new ConfigurationException(place.path(), e.problem(), e.remedy());
    }
  }

  private void sayThatItWaits(LockHeldException held) {
    err.println("waiting: " + PlainUrls.in(job.output().path()) + " is " + held.problem());
    err.flush();
  }

  private int run(PlaceLock lock) throws IOException, ConfigurationException {
    WriteOptions place = job.output().withFence(lock.number());
    PreparedJob owned = job.writing(place);
    TableTidying.tidy(place);
    TableState state = state(place, job.inputs());
    if (state != TableState.COMPLETE) {
      if (retryFailed) {
        throw new ConfigurationException(
            place.path(),
            "there is no complete table of this job and this input whose rows could be tried again",
            "run it without --retry-failed first");
      }
      return run(owned, JournalOfRows.of(owned), Optional.empty(), lock);
    }
    Manifest table = manifest(place);
    JournalOfRows.of(owned).journal().delete(); // the table holds all of it
    if (retryFailed && table.failedRows() > 0) {
      // Rows with an answer are taken over as they are.
      PreparedJob same =
          table.input().isEmpty() ? owned : job.writing(place.requiringInput(table.input()));
      return run(same, JournalOfRows.ofRetry(same, table), Optional.of(table), lock);
    }
    if (!RunReports.isOf(table, place)) {
      RunReports.recover(owned, table);
    }
    return nothingToDo(table);
  }

  @SuppressWarnings("try") // the watch is there until the run has ended
  private int run(
      PreparedJob owned, JournalOfRows journal, Optional<Manifest> retried, PlaceLock lock)
      throws IOException {
    try (Interruption watch = Interruption.watch(owned, journal, lock, command)) {
      JobRun.Ended ended = new JobRun(owned, journal, retried, err).run();
      RunReport report = RunReports.write(owned, ended);
      out.print(PlainUrls.in(report.summary()));
      out.print(PlainUrls.in(FailedRows.lines(ended.manifest())));
      return exitCode(ended.manifest());
    }
  }

  private int nothingToDo(Manifest table) {
    out.println(
        PlainUrls.in(job.output().path())
            + " is complete for this job and input: nothing to do; "
            + Figures.count(table.rows(), "row")
            + ", "
            + table.failedRows()
            + " failed");
    out.print(PlainUrls.in(FailedRows.lines(table)));
    return exitCode(table);
  }

  private int exitCode(Manifest table) {
    double maxFailures = job.file().maxFailures();
    out.print(FailedRows.verdict(table, maxFailures));
    out.flush();
    return FailedRows.tooMany(table, maxFailures) ? Espalier.FAILED : Espalier.DONE;
  }

  private static TableState state(WriteOptions place, InputComparison inputs)
      throws ConfigurationException {
    try {
      return OutputCheck.of(place, inputs);
    } catch (FileProblemException e) {
      throw new ConfigurationException("output", e.problem(), e.remedy());
    }
  }

  private static Manifest manifest(WriteOptions place) throws IOException {
    return Manifest.read(place.path(), place.storage())
        .orElseThrow(() -> new IllegalStateException("the table was not committed"));
  }
}
