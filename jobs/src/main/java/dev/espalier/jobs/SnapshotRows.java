package dev.espalier.jobs;

import dev.espalier.io.storage.StorageOptions;
import dev.espalier.io.table.KeptRows;
import dev.espalier.pipeline.Coders;
import dev.espalier.pipeline.FinishedRow;
import dev.espalier.row.RowCoders;
import dev.espalier.row.RowOutcome;
import java.io.IOException;
import java.util.List;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Reshuffle;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;

/** The rows of the table that is brought up to date, as they ended. */
final class SnapshotRows extends PTransform<PBegin, PCollection<FinishedRow>> {
  private final List<String> files;
  private final StorageOptions storage;
  private final boolean outdated;
  private final boolean retriesFailed;

  /**
   * @param files of {@link KeptRows}
   * @param outdated whether another program, model or seed computed them
   * @param retriesFailed whether rows that failed run again
   */
  SnapshotRows(
      List<String> files, StorageOptions storage, boolean outdated, boolean retriesFailed) {
    this.files = List.copyOf(files);
    this.storage = storage;
    this.outdated = outdated;
    this.retriesFailed = retriesFailed;
  }

  @Override
  public PCollection<FinishedRow> expand(PBegin begin) {
    PCollection<String> parts =
        begin.apply("Name parts", Create.of(files).withCoder(RowCoders.TEXT));
    return (files.size() > 1 ? parts.apply("Spread parts", Reshuffle.viaRandomKey()) : parts)
        .apply("Read rows before", ParDo.of(new ReadFn(storage, outdated, retriesFailed)))
        .setCoder(Coders.FINISHED);
  }

  private static final class ReadFn extends DoFn<String, FinishedRow> {
    private final StorageOptions storage;
    private final boolean outdated;
    private final boolean retriesFailed;

    ReadFn(StorageOptions storage, boolean outdated, boolean retriesFailed) {
      this.storage = storage;
      this.outdated = outdated;
      this.retriesFailed = retriesFailed;
    }

    @ProcessElement
    public void process(@Element String file, OutputReceiver<FinishedRow> out) throws IOException {
      KeptRows.forEach(storage, file, kept -> out.output(row(kept.outcome())));
    }

    private FinishedRow row(RowOutcome outcome) {
      if (outdated) {
        RowOutcome known =
            new RowOutcome(outcome.id(), List.of(), List.of(), outcome.error(), outcome.reads());
        return FinishedRow.ofTable(known, FinishedRow.Source.OUTDATED);
      }
      boolean again = retriesFailed && outcome.error().isPresent();
      return FinishedRow.ofTable(
          outcome, again ? FinishedRow.Source.RETRIED : FinishedRow.Source.TABLE);
    }
  }
}
