package dev.espalier.jobs;

import dev.espalier.io.lock.PlaceLock;
import dev.espalier.io.snapshot.Changes;
import dev.espalier.io.step.StepCache;
import dev.espalier.io.step.StepsWritten;
import dev.espalier.io.storage.StorageUse;
import dev.espalier.io.table.Manifest;
import dev.espalier.io.table.TableTidying;
import dev.espalier.io.table.WriteOptions;
import dev.espalier.pipeline.RunMetrics;
import dev.espalier.row.OneView;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionView;
import org.apache.beam.sdk.values.PDone;

/**
 * What is left to do when the table is there: the report, the end of the journal, and the end of
 * the lock that a cluster's job holds. It is the last step of the job itself, wherever that runs,
 * so that nothing depends on the process that submitted it. Doing it twice changes nothing.
 */
final class FinishJob extends PTransform<PCollection<Manifest>, PDone> {
  private final RunReports reports;
  private final JournalOfRows journal;
  private final OneView<RunMetrics> metrics;
  private final long startMillis;
  private final boolean releases;
  private final StepCache cache; // null: no steps are kept
  private final PCollectionView<Iterable<StepsWritten>> steps; // null: none
  private final NextSnapshot next; // null: the table is the place
  private final OneView<Changes> changes; // null: of no snapshot

  /**
   * @param metrics of the run
   * @param startMillis when it began, of {@link System#currentTimeMillis}
   * @param releases whether the lock is this job's to give back
   */
  FinishJob(
      RunReports reports,
      JournalOfRows journal,
      OneView<RunMetrics> metrics,
      long startMillis,
      boolean releases) {
    this(reports, journal, metrics, startMillis, releases, null, null, null, null);
  }

  private FinishJob(
      RunReports reports,
      JournalOfRows journal,
      OneView<RunMetrics> metrics,
      long startMillis,
      boolean releases,
      StepCache cache,
      PCollectionView<Iterable<StepsWritten>> steps,
      NextSnapshot next,
      OneView<Changes> changes) {
    this.reports = reports;
    this.journal = journal;
    this.metrics = metrics;
    this.startMillis = startMillis;
    this.releases = releases;
    this.cache = cache;
    this.steps = steps;
    this.next = next;
    this.changes = changes;
  }

  /** Adds what was written of steps to their cache. */
  FinishJob keeping(StepCache to, PCollectionView<Iterable<StepsWritten>> written) {
    return new FinishJob(
        reports, journal, metrics, startMillis, releases, to, written, next, changes);
  }

  /** The table is a snapshot. */
  FinishJob of(NextSnapshot snapshot, OneView<Changes> found) {
    return new FinishJob(
        reports, journal, metrics, startMillis, releases, cache, steps, snapshot, found);
  }

  @Override
  public PDone expand(PCollection<Manifest> table) {
    table.apply("Report and tidy", ParDo.of(new FinishFn(this)).withSideInputs(views()));
    return PDone.in(table.getPipeline());
  }

  private List<PCollectionView<?>> views() {
    List<PCollectionView<?>> views = new ArrayList<>(List.of(metrics.sideInput()));
    if (steps != null) {
      views.add(steps);
    }
    if (changes != null) {
      views.add(changes.sideInput());
    }
    return views;
  }

  private static final class FinishFn extends DoFn<Manifest, Void> {
    private final RunReports reports;
    private final JournalOfRows journal;
    private final OneView<RunMetrics> metrics;
    private final long startMillis;
    private final boolean releases;
    private final StepCache cache; // null: no steps are kept
    private final PCollectionView<Iterable<StepsWritten>> steps; // null: none
    private final NextSnapshot next; // null: the table is the place
    private final OneView<Changes> changes; // null: of no snapshot

    FinishFn(FinishJob job) {
      this.reports = job.reports;
      this.journal = job.journal;
      this.metrics = job.metrics;
      this.startMillis = job.startMillis;
      this.releases = job.releases;
      this.cache = job.cache;
      this.steps = job.steps;
      this.next = job.next;
      this.changes = job.changes;
    }

    @ProcessElement
    @SuppressWarnings("try") // the use lasts until all is done
    public void process(ProcessContext context) throws IOException {
      Manifest table = context.element();
      RunMetrics counted = metrics.get(context).withRowsEmitted(table.rows());
      List<String> discrepancies = counted.discrepancies();
      if (!discrepancies.isEmpty()) {
        throw new IllegalStateException("rows were lost: " + String.join("; ", discrepancies));
      }
      try (StorageUse use = StorageUse.begin()) {
        WriteOptions place = reports.place();
        String lock = place.lock();
        if (place.fence() != 0) {
          // Another owner's report and journal have the same names.
          PlaceLock.check(place.storage().open(lock), lock, place.fence());
        }
        double seconds = Math.max(0, System.currentTimeMillis() - startMillis) / 1e3;
        if (cache != null) {
          List<StepsWritten> written = new ArrayList<>();
          context.sideInput(steps).forEach(written::add);
          cache.add(written, System.currentTimeMillis());
        }
        if (next == null) {
          reports.write(counted, table, seconds);
          journal.journal().delete(); // the table holds all of it now
        } else {
          finish(counted, table, seconds, changes.get(context));
        }
        TableTidying.removeAsides(place.home(), place.storage());
        TableTidying.removeAsides(place.path(), place.storage());
        if (releases) {
          PlaceLock.release(place.storage(), lock, place.fence());
        }
      }
    }

    /** What was computed for a snapshot that is not current yet is still needed. */
    private void finish(RunMetrics counted, Manifest table, double seconds, Changes changed)
        throws IOException {
      if (next.isSame(table)) {
        next.remove();
        reports.writeLast(
            reports.of(
                counted, table, seconds, next, NextSnapshot.End.SAME, Changes.NONE, List.of()));
        journal.deleteAll();
        return;
      }
      List<String> failed = next.failedChecks(table);
      NextSnapshot.End expected =
          !failed.isEmpty()
              ? NextSnapshot.End.REJECTED
              : next.waits() ? NextSnapshot.End.WAITS : NextSnapshot.End.CURRENT;
      RunReport report = reports.of(counted, table, seconds, next, expected, changed, failed);
      reports.writeBeside(report);
      NextSnapshot.End end = next.finish(table, changed, failed);
      reports.writeLast(report); // it tells of a snapshot only what has become true
      if (end == NextSnapshot.End.CURRENT) {
        journal.deleteAll();
      }
    }
  }
}
