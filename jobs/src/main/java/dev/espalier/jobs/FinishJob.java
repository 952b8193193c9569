package dev.espalier.jobs;

import dev.espalier.io.lock.PlaceLock;
import dev.espalier.io.storage.StorageUse;
import dev.espalier.io.table.Manifest;
import dev.espalier.io.table.TableLayout;
import dev.espalier.io.table.WriteOptions;
import dev.espalier.pipeline.RunMetrics;
import java.io.IOException;
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
  private final PCollectionView<RunMetrics> metrics;
  private final long startMillis;
  private final boolean releases;

  /**
   * @param metrics of the run
   * @param startMillis when it began, of {@link System#currentTimeMillis}
   * @param releases whether the lock is this job's to give back
   */
  FinishJob(
      RunReports reports,
      JournalOfRows journal,
      PCollectionView<RunMetrics> metrics,
      long startMillis,
      boolean releases) {
    this.reports = reports;
    this.journal = journal;
    this.metrics = metrics;
    this.startMillis = startMillis;
    this.releases = releases;
  }

  @Override
  public PDone expand(PCollection<Manifest> table) {
    table.apply("Report and tidy", ParDo.of(new FinishFn(this)).withSideInputs(metrics));
    return PDone.in(table.getPipeline());
  }

  private static final class FinishFn extends DoFn<Manifest, Void> {
    private final RunReports reports;
    private final JournalOfRows journal;
    private final PCollectionView<RunMetrics> metrics;
    private final long startMillis;
    private final boolean releases;

    FinishFn(FinishJob job) {
      this.reports = job.reports;
      this.journal = job.journal;
      this.metrics = job.metrics;
      this.startMillis = job.startMillis;
      this.releases = job.releases;
    }

    @ProcessElement
    @SuppressWarnings("try") // the use lasts until all is done
    public void process(ProcessContext context) throws IOException {
      Manifest table = context.element();
      RunMetrics counted = context.sideInput(metrics).withRowsEmitted(table.rows());
      List<String> discrepancies = counted.discrepancies();
      if (!discrepancies.isEmpty()) {
        throw new IllegalStateException("rows were lost: " + String.join("; ", discrepancies));
      }
      try (StorageUse use = StorageUse.begin()) {
        WriteOptions place = reports.place();
        String lock = new TableLayout(place.path()).lock();
        if (place.fence() != 0) {
          // Another owner's report and journal have the same names.
          PlaceLock.check(place.storage().open(lock), lock, place.fence());
        }
        double seconds = Math.max(0, System.currentTimeMillis() - startMillis) / 1e3;
        reports.write(counted, table, seconds);
        journal.journal().delete(); // the table holds all of it now
        if (releases) {
          PlaceLock.release(place.storage(), lock, place.fence());
        }
      }
    }
  }
}
