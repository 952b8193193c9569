package dev.espalier.jobs;

import dev.espalier.io.journal.Journal;
import dev.espalier.io.journal.JournalWriter;
import dev.espalier.io.journal.ReadJournal;
import dev.espalier.io.lock.LockBeat;
import dev.espalier.io.storage.Storage;
import dev.espalier.io.storage.StoredFile;
import dev.espalier.io.table.Manifest;
import dev.espalier.io.table.TableLayout;
import dev.espalier.io.table.WriteOptions;
import dev.espalier.pipeline.Coders;
import dev.espalier.pipeline.FinishedRow;
import dev.espalier.pipeline.RowJournal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.regex.Pattern;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;

/**
 * Finished rows in the journal of a table. Its directory is named by what decides the outcome of a
 * row besides the row itself, so what an interrupted run computed serves after rows were added,
 * removed or changed.
 *
 * @param retriesFailed whether rows that failed do not count as ended
 */
record JournalOfRows(Journal journal, WriteOptions place, boolean retriesFailed)
    implements RowJournal {

  /** Appending holds the lock of readers; that of the writer, once taken, is for ever. */
  private static final ReadWriteLock SEAL = new ReentrantReadWriteLock();

  private static boolean isSealed; // guarded by the class

  static JournalOfRows of(PreparedJob job) {
    return named(job, job.journalFingerprint());
  }

  /**
   * Of the rows that are run again for a table: those that failed in it must not count as ended.
   */
  static JournalOfRows ofRetry(PreparedJob job, Manifest table) {
    return named(job, retryOf(job) + table.generation());
  }

  private static String retryOf(PreparedJob job) {
    return job.journalFingerprint() + "-g";
  }

  /**
   * The journals of a job whose rows a table holds: that of its first run, and those of retries
   * that led to it.
   */
  static List<Journal> heldBy(Manifest table, PreparedJob job) throws IOException {
    WriteOptions place = job.output();
    Storage storage = place.storage().open(place.home());
    String all = new TableLayout(place.home()).journals();
    if (storage.find(all).isEmpty()) {
      return List.of();
    }
    List<Journal> held = new ArrayList<>();
    for (StoredFile file : storage.list(all)) {
      boolean isRetry = file.name().matches(Pattern.quote(retryOf(job)) + "\\d{1,9}");
      if (file.name().equals(job.journalFingerprint())
          || (isRetry
              && Integer.parseInt(file.name().substring(retryOf(job).length()))
                  < table.generation())) {
        held.add(new Journal(file.path(), place.storage()));
      }
    }
    return held;
  }

  /**
   * Of the rows that are computed for the snapshot after this one: those that failed in it must not
   * count as ended.
   */
  static JournalOfRows ofSnapshot(PreparedJob job, int base) {
    return named(job, job.journalFingerprint() + "-s" + base);
  }

  /** The same, of which rows that failed run again. */
  JournalOfRows retryingFailed() {
    return new JournalOfRows(journal, place, true);
  }

  /** Removes this journal and all others of the place, which some other job has left. */
  void deleteAll() throws IOException {
    String all = new TableLayout(place.home()).journals();
    place.storage().open(all).delete(all);
  }

  /**
   * Waits for what is being appended; nothing is appended any more by this process. Each of its
   * runs may ask for that.
   */
  static synchronized void seal() {
    if (!isSealed) {
      SEAL.writeLock().lock();
      isSealed = true;
    }
  }

  private static JournalOfRows named(PreparedJob job, String name) {
    String directory = new TableLayout(job.output().home()).journal(name);
    return new JournalOfRows(new Journal(directory, job.output().storage()), job.output(), false);
  }

  @Override
  public Writer open() throws IOException {
    LockBeat beat = place.keepLock(); // whoever runs rows keeps the output
    JournalWriter writer = journal.writer();
    return new Writer() {
      @Override
      public void append(List<FinishedRow> rows) throws IOException {
        for (FinishedRow row : rows) {
          ByteArrayOutputStream bytes = new ByteArrayOutputStream();
          Coders.FINISHED.encode(row, bytes);
          SEAL.readLock().lock();
          try {
            writer.append(
                row.outcome().reads().hash() + " " + row.outcome().id(), bytes.toByteArray());
          } finally {
            SEAL.readLock().unlock();
          }
        }
      }

      @Override
      public void close() throws IOException {
        try {
          writer.close();
        } finally {
          beat.close();
        }
      }
    };
  }

  /** The rows that earlier runs finished. */
  PTransform<PBegin, PCollection<FinishedRow>> finished() {
    return new ReadFinished(journal, retriesFailed);
  }

  private static final class ReadFinished extends PTransform<PBegin, PCollection<FinishedRow>> {
    private final Journal journal;
    private final boolean retriesFailed;

    ReadFinished(Journal journal, boolean retriesFailed) {
      this.journal = journal;
      this.retriesFailed = retriesFailed;
    }

    @Override
    public PCollection<FinishedRow> expand(PBegin begin) {
      return begin
          .apply("Read journal", ReadJournal.of(journal))
          .apply("Decode", ParDo.of(new Decode(retriesFailed)))
          .setCoder(Coders.FINISHED);
    }
  }

  private static final class Decode extends DoFn<KV<String, byte[]>, FinishedRow> {
    private final boolean retriesFailed;

    Decode(boolean retriesFailed) {
      this.retriesFailed = retriesFailed;
    }

    @ProcessElement
    public void process(@Element KV<String, byte[]> record, OutputReceiver<FinishedRow> out)
        throws IOException {
      FinishedRow row = Coders.FINISHED.decode(new ByteArrayInputStream(record.getValue()));
      if (!retriesFailed || row.outcome().error().isEmpty()) {
        out.output(row);
      }
    }
  }
}
