package dev.espalier.jobs;

import dev.espalier.io.snapshot.Snapshots;
import dev.espalier.io.storage.StorageOptions;
import dev.espalier.io.table.KeptRows;
import dev.espalier.io.table.Manifest;
import dev.espalier.io.table.OutputCheck;
import dev.espalier.io.table.TableState;
import dev.espalier.io.table.WriteOptions;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Decides, as the owner of a place, what the next snapshot there is made of. */
final class SnapshotStart {
  private final PreparedJob job;
  private final WriteOptions place;
  private final Snapshots snapshots;

  /** A snapshot that can be made. */
  record Ready(PreparedJob owned, JournalOfRows journal, KnownBefore before) {}

  /**
   * @param place that is owned
   */
  SnapshotStart(PreparedJob job, WriteOptions place) throws IOException {
    this.job = job;
    this.place = place;
    this.snapshots = Snapshots.of(place.home(), place.storage());
  }

  /**
   * Clears up after a run that was cut off, and takes a table over that is there without snapshots.
   *
   * @return what to run; empty if the current snapshot is the table of this job and this input
   */
  Optional<Ready> ready() throws IOException {
    snapshots.tidy();
    snapshots.takeOver(place.fence());
    OptionalInt current = snapshots.current();
    int parent = current.orElse(0);
    Optional<String> before =
        current.isPresent() ? Optional.of(snapshots.layout().snapshot(parent)) : Optional.empty();
    if (before.isPresent()) {
      RunReports.mendLast(place, parent, before.get());
    }
    JournalOfRows journal = journal();
    if (before.isPresent() && isDone(before.get())) {
      journal.deleteAll();
      return Optional.empty();
    }
    int number = snapshots.next();
    WriteOptions to = place.in(snapshots.layout().snapshot(number), before);
    boolean refreshes = job.way() == PreparedJob.Way.REFRESH;
    NextSnapshot next =
        new NextSnapshot(
            number,
            parent,
            refreshes ? "refresh" : "run",
            to,
            job.file().checks().ofTable(),
            job.file().checks().judge().isPresent());
    KnownBefore known =
        new KnownBefore(
            refreshes && before.isPresent() ? Optional.of(rows(before.get())) : Optional.empty(),
            Optional.of(StepsOfRows.of(job, refreshes)),
            Optional.of(next));
    return Optional.of(new Ready(job.writing(to), journal, known));
  }

  /**
   * Of the rows of the snapshot that is to be made. Those that failed in one that was rejected did
   * not end there for good.
   */
  JournalOfRows journal() throws IOException {
    int current = snapshots.current().orElse(0);
    JournalOfRows journal = JournalOfRows.ofSnapshot(job.writing(place), current);
    return retriesFailed() && wasRejectedAfter(current) ? journal.retryingFailed() : journal;
  }

  private boolean wasRejectedAfter(int parent) throws IOException {
    return snapshots.all().stream()
        .anyMatch(other -> other.parent() == parent && !other.failedChecks().isEmpty());
  }

  private boolean retriesFailed() {
    return job.way() == PreparedJob.Way.REFRESH && job.file().refresh().retriesFailed();
  }

  /**
   * The rows that a refresh would begin with, also if they are still those of a table without
   * snapshots; none if there is nothing to begin with.
   */
  Optional<SnapshotRows> rowsToTakeOver() throws IOException {
    String before = Snapshots.pathToRead(place.home(), place.storage());
    boolean isThere = Manifest.read(before, place.storage()).isPresent();
    return job.way() == PreparedJob.Way.REFRESH && isThere
        ? Optional.of(rows(before))
        : Optional.empty();
  }

  /** The table that is current. */
  Manifest table() throws IOException {
    String path = snapshots.layout().snapshot(snapshots.current().orElseThrow());
    return Manifest.read(path, place.storage()).orElseThrow();
  }

  /**
   * Makes a snapshot that waits the current one, unless something speaks against it.
   *
   * @param failed what does
   */
  void decide(int number, Optional<String> failed) throws IOException {
    if (failed.isEmpty()) {
      snapshots.switchTo(number, place.fence());
      return;
    }
    snapshots.finish(snapshots.find(number).orElseThrow().rejected(List.of(failed.get())));
  }

  private boolean isDone(String before) throws IOException {
    if (!OutputCheck.isWhole(before, place.storage())) {
      return false; // somebody has removed of it: it is no place of others for that
    }
    WriteOptions there = place.withOverwrite(true).in(before, Optional.empty());
    if (OutputCheck.look(there, job.inputs()) != TableState.COMPLETE) {
      return false;
    }
    return !retriesFailed() || table().failedRows() == 0;
  }

  private SnapshotRows rows(String before) throws IOException {
    StorageOptions storage = place.storage();
    Optional<Manifest> manifest = Manifest.read(before, storage);
    List<String> files = manifest.isEmpty() ? List.of() : KeptRows.filesOf(before, manifest.get());
    boolean outdated = !WriteOptions.identityOf(before, storage).equals(job.journalFingerprint());
    return new SnapshotRows(files, storage, outdated, job.file().refresh().retriesFailed());
  }
}
