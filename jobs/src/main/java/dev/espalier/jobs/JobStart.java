package dev.espalier.jobs;

import dev.espalier.io.FileProblemException;
import dev.espalier.io.journal.Journal;
import dev.espalier.io.lock.ClusterJob;
import dev.espalier.io.lock.LockHeldException;
import dev.espalier.io.lock.PlaceLock;
import dev.espalier.io.table.Manifest;
import dev.espalier.io.table.OutputCheck;
import dev.espalier.io.table.TableState;
import dev.espalier.io.table.TableTidying;
import dev.espalier.io.table.WriteOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.function.Function;

/** Starts a job as the owner of its output: tidies up after a run that was cut off, then runs. */
final class JobStart {
  private final PreparedJob job;
  private final boolean retryFailed;
  private final boolean detached;
  private final String command;
  private final PrintWriter out;
  private final PrintWriter err;
  private Optional<StepsOfRows> steps = Optional.empty();

  /**
   * @param retryFailed run the failed rows of a complete table again
   * @param detached do not wait for the end of a job on a cluster
   * @param command that goes on after an interruption
   */
  JobStart(
      PreparedJob job,
      boolean retryFailed,
      boolean detached,
      String command,
      PrintWriter out,
      PrintWriter err) {
    this.job = job;
    this.retryFailed = retryFailed;
    this.detached = detached;
    this.command = command;
    this.out = out;
    this.err = err;
  }

  /** Takes results of steps over from {@code value}, and adds to it. */
  JobStart remembering(StepsOfRows value) {
    steps = Optional.of(value);
    return this;
  }

  /**
   * Runs what is to run.
   *
   * @param wait for another job in the same place, instead of failing
   * @return the exit code
   */
  int run(boolean wait) throws IOException, InterruptedException, ConfigurationException {
    if (job.makesSnapshots() && retryFailed) {
      throw new ConfigurationException(
          job.output().path(),
          "the table has snapshots, which are never changed",
          "use espalier refresh, which runs failed rows again");
    }
    if (job.file().checks().isAny() && !job.makesSnapshots() && job.rows().suffix().isEmpty()) {
      err.println(
          "warning: no check is made: checks decide which snapshot becomes current, and "
              + PlainUrls.in(job.output().path())
              + " has none; espalier refresh makes them");
      err.flush();
    }
    boolean flink = FlinkLibraries.arePresent();
    // Without Flink nobody can ask another's cluster: its lock ends with its signs of life.
    Function<ClusterJob, ClusterJob.State> state =
        flink ? FlinkCluster::stateOf : other -> ClusterJob.State.PRESENT;
    if (!job.makesSnapshots() && job.state() == TableState.COMPLETE && !retryFailed && isTidy()) {
      endLock(new PlaceLock.Taker(Optional.empty(), state));
      return nothingToDo(manifest(job.output()));
    }
    if (job.file().runner().isFlink()) {
      FlinkLibraries.require();
    }
    Optional<FlinkCluster> cluster =
        flink ? FlinkCluster.of(job.file().runner()) : Optional.empty();
    if (cluster.isPresent()) {
      cluster.get().contact();
    }
    Optional<ClusterJob> clusterJob = cluster.map(chosen -> chosen.newJob(job.name()));
    try (PlaceLock lock = lock(wait, new PlaceLock.Taker(clusterJob, state))) {
      return run(lock, cluster, clusterJob);
    }
  }

  /** Whether a complete table needs nothing that only the owner of the place may do. */
  private boolean isTidy() throws IOException {
    return !TableTidying.isNeeded(job.output())
        && JournalOfRows.heldBy(manifest(job.output()), job).isEmpty()
        && RunReports.isOf(manifest(job.output()), job.output());
  }

  /** Gives the lock back for an owner that has ended without doing so. */
  private void endLock(PlaceLock.Taker taker) {
    WriteOptions place = job.output();
    try {
      if (!PlaceLock.isGivenBack(place.storage(), place.lock())) {
        PlaceLock.acquire(place.storage(), place.lock(), taker).close();
      }
    } catch (LockHeldException | IOException e) {
      // Its owner lives, or this user may only read here: there is nothing to do all the same.
    }
  }

  private PlaceLock lock(boolean wait, PlaceLock.Taker taker)
      throws IOException, InterruptedException, ConfigurationException {
    WriteOptions place = job.output();
    String directory = place.lock();
    try {
      return wait
          ? PlaceLock.await(place.storage(), directory, taker, this::sayThatItWaits)
          : PlaceLock.acquire(place.storage(), directory, taker);
    } catch (LockHeldException e) {
      throw new ConfigurationException(place.path(), e.problem(), e.remedy());
    }
  }

  private void sayThatItWaits(LockHeldException held) {
    err.println("waiting: " + PlainUrls.in(job.output().path()) + " is " + held.problem());
    err.flush();
  }

  private int run(PlaceLock lock, Optional<FlinkCluster> cluster, Optional<ClusterJob> clusterJob)
      throws IOException, InterruptedException, ConfigurationException {
    WriteOptions place =
        job.output().withFence(lock.number()).withIdentity(job.journalFingerprint());
    PreparedJob owned = job.writing(place);
    TableTidying.tidy(place);
    if (job.makesSnapshots()) {
      SnapshotStart start = new SnapshotStart(job, place);
      Optional<SnapshotStart.Ready> ready = start.ready();
      if (ready.isEmpty()) {
        return nothingToDo(start.table());
      }
      JobRun run =
          new JobRun(ready.get().owned(), ready.get().journal(), ready.get().before(), err);
      return run(ready.get().owned(), run, lock, cluster, clusterJob);
    }
    TableState state = state(place, job.inputs());
    if (state != TableState.COMPLETE) {
      if (retryFailed) {
        throw new ConfigurationException(
            place.path(),
            "there is no complete table of this job and this input whose rows could be tried again",
            "run it without --retry-failed first");
      }
      JobRun run = new JobRun(owned, JournalOfRows.of(owned), known(owned), err);
      return run(owned, run, lock, cluster, clusterJob);
    }
    Manifest table = manifest(place);
    for (Journal held : JournalOfRows.heldBy(table, owned)) {
      held.delete();
    }
    if (retryFailed && table.failedRows() > 0) {
      // Rows with an answer are taken over as they are.
      PreparedJob same =
          table.input().isEmpty() ? owned : job.writing(place.requiringInput(table.input()));
      KnownBefore answered = KnownBefore.ofRows(TableOutcomes.of(same, table));
      JobRun run = new JobRun(same, JournalOfRows.ofRetry(same, table), answered, err);
      return run(same, run, lock, cluster, clusterJob);
    }
    if (!RunReports.isOf(table, place)) {
      RunReports.of(owned).recover(table);
    }
    return nothingToDo(table);
  }

  private int run(
      PreparedJob owned,
      JobRun run,
      PlaceLock lock,
      Optional<FlinkCluster> cluster,
      Optional<ClusterJob> clusterJob)
      throws IOException, InterruptedException, ConfigurationException {
    return cluster.isPresent()
        ? runOn(cluster.get(), clusterJob.orElseThrow(), owned, run, lock)
        : runHere(owned, run, lock);
  }

  @SuppressWarnings("try") // the watch is there until the run has ended
  private int runHere(PreparedJob owned, JobRun run, PlaceLock lock)
      throws IOException, ConfigurationException {
    try (Interruption watch = Interruption.watch(run.journal(), lock, command)) {
      run.run();
      judge(owned);
      return done(owned);
    } finally {
      TableTidying.removeOwn(owned.output());
    }
  }

  /** Lets a program decide whether the snapshot that waits for it becomes the current one. */
  private void judge(PreparedJob owned) throws IOException, ConfigurationException {
    Optional<Checks.Judge> judge = owned.file().checks().judge();
    if (judge.isEmpty() || !owned.makesSnapshots()) {
      return;
    }
    RunReport report = RunReports.read(owned.output());
    if (report.refresh() == null || !report.refresh().end().equals("waits")) {
      return;
    }
    Optional<String> failed = new Judging(owned, judge.get(), err).failed(owned.output().path());
    RunReports reports = RunReports.of(owned);
    RunReport judged = report.judged(failed);
    reports.writeBeside(judged);
    new SnapshotStart(job, owned.output()).decide(report.refresh().snapshot(), failed);
    reports.writeLast(judged);
    if (failed.isEmpty()) {
      JournalOfRows.of(owned).deleteAll();
    }
  }

  /**
   * From the submission on, the lock is the job's: it gives the signs of life, and gives it back.
   */
  @SuppressWarnings("try") // the watch is there until the run has ended
  private int runOn(
      FlinkCluster cluster, ClusterJob clusterJob, PreparedJob owned, JobRun run, PlaceLock lock)
      throws IOException, InterruptedException {
    int workers = job.file().runner().workers();
    cluster.shortage(workers).ifPresent(text -> err.println("warning: " + text));
    err.flush();
    run.submit(cluster, clusterJob);
    String watched =
        "espalier status " + clusterJob.id() + " --flink-master " + clusterJob.cluster();
    out.println("submitted: " + clusterJob);
    if (detached
        || cluster.isInJobManager()
        || (FlinkCluster.isChosen() && !cluster.isAttached())) {
      lock.leaveToJob();
      out.println("    it goes on by itself; to see how far it is: " + watched);
      out.flush();
      return Espalier.DONE;
    }
    out.flush();
    try (Interruption watch = Interruption.ofClient(lock, clusterJob, watched);
        FlinkProgress far = cluster.progress(clusterJob);
        ProgressPrinter progress = run.progressOn(far)) {
      JobSurroundings.current().running(far::now, () -> cancel(cluster, clusterJob));
      cluster.await(clusterJob);
    }
    return done(owned);
  }

  private static void cancel(FlinkCluster cluster, ClusterJob clusterJob) {
    try {
      cluster.cancel(clusterJob);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A job that speaks of refreshes keeps what the first of them can use. */
  private KnownBefore known(PreparedJob owned) throws IOException {
    if (steps.isPresent()) {
      return KnownBefore.NOTHING.keeping(steps.get());
    }
    boolean keeps =
        owned.file().refresh().isGiven()
            && !owned.file().input().ids().isEmpty()
            && owned.rows().suffix().isEmpty();
    return keeps ? KnownBefore.NOTHING.keeping(StepsOfRows.of(owned, false)) : KnownBefore.NOTHING;
  }

  private int done(PreparedJob owned) throws IOException {
    RunReport report = RunReports.read(owned.output());
    JobSurroundings.current().reported(report.json());
    out.print(PlainUrls.in(report.summary()));
    if (report.refresh() != null && !report.refresh().failedChecks().isEmpty()) {
      out.flush();
      return Espalier.CHECK_FAILED;
    }
    Manifest table =
        report.refresh() != null && report.refresh().end().equals("same")
            ? new SnapshotStart(job, owned.output()).table()
            : manifest(owned.output());
    out.print(PlainUrls.in(FailedRows.lines(table)));
    return exitCode(table);
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
    out.print(FailedRows.verdict(table, maxFailures, job.makesSnapshots()));
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
