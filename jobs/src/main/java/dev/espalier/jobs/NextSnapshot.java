package dev.espalier.jobs;

import dev.espalier.io.read.InputList;
import dev.espalier.io.snapshot.Changes;
import dev.espalier.io.snapshot.Snapshot;
import dev.espalier.io.snapshot.SnapshotLayout;
import dev.espalier.io.snapshot.Snapshots;
import dev.espalier.io.snapshot.WriteChanges;
import dev.espalier.io.storage.Storage;
import dev.espalier.io.storage.StorageOptions;
import dev.espalier.io.table.Manifest;
import dev.espalier.io.table.OutputCheck;
import dev.espalier.io.table.TableLayout;
import dev.espalier.io.table.WriteOptions;
import java.io.IOException;
import java.io.Serializable;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A snapshot that is being made, and what becomes of it when its table is complete.
 *
 * @param number of it
 * @param parent number of the current one; 0 if there is none
 * @param by {@code run} or {@code refresh}
 * @param place of its table
 * @param checks that it must pass, without the judge
 * @param waits whether somebody else decides whether it becomes current
 */
record NextSnapshot(
    int number, int parent, String by, WriteOptions place, Checks checks, boolean waits)
    implements Serializable {
  private static final Logger LOG = LoggerFactory.getLogger(NextSnapshot.class);

  /** What became of it. */
  enum End {
    /** It is the current one. */
    CURRENT,
    /** It would have been the same as the one before, and was removed. */
    SAME,
    /** It did not pass a check. */
    REJECTED,
    /** It passed all checks so far, and is not the current one yet. */
    WAITS
  }

  SnapshotLayout layout() {
    return new SnapshotLayout(place.home());
  }

  private StorageOptions storage() {
    return place.storage();
  }

  /** Writes down which of its rows are not as they are in the snapshot before. */
  WriteChanges writingChanges() {
    return WriteChanges.to(layout().changes(number), storage());
  }

  private Optional<Manifest> tableBefore() throws IOException {
    return parent == 0 ? Optional.empty() : Manifest.read(layout().snapshot(parent), storage());
  }

  /**
   * Whether the table is that of the snapshot before, all of which is still there.
   *
   * @param table that was written
   */
  boolean isSame(Manifest table) throws IOException {
    return tableBefore().filter(before -> before.hasContentOf(table)).isPresent()
        && OutputCheck.isWhole(layout().snapshot(parent), storage());
  }

  /** Removes it: it is the same as the snapshot before, and nobody needs it. */
  void remove() throws IOException {
    keepInput();
    Snapshots.of(place.home(), storage()).remove(number);
  }

  /**
   * Leaves to the snapshot before how the files of the input look now. They hold its rows: else
   * every refresh to come would run only to find that out again.
   */
  private void keepInput() {
    String known = new TableLayout(layout().snapshot(parent)).input();
    try {
      Storage storage = storage().open(known);
      Optional<InputList> list = InputList.read(storage, new TableLayout(place.path()).input());
      if (list.isPresent()) {
        list.get().write(storage, known);
      }
    } catch (IOException e) {
      LOG.debug("{}: the list of the input was not kept", known, e);
    }
  }

  /** What speaks against it. */
  List<String> failedChecks(Manifest table) throws IOException {
    if (!checks.isAny()) {
      return List.of();
    }
    Optional<String> before =
        parent == 0 ? Optional.empty() : Optional.of(layout().snapshot(parent));
    return new TableChecks(checks, storage()).failed(place.path(), table, before);
  }

  /** Writes down its facts, and makes it the current one if nothing speaks against that. */
  End finish(Manifest table, Changes changes, List<String> failed) throws IOException {
    Snapshots snapshots = Snapshots.of(place.home(), storage());
    snapshots.finish(
        new Snapshot(
            number,
            parent,
            Instant.now().toString(),
            by,
            table.rows(),
            table.failedRows(),
            changes.added(),
            changes.changed(),
            changes.deleted(),
            failed,
            failed.isEmpty()));
    if (!failed.isEmpty()) {
      return End.REJECTED;
    }
    if (waits) {
      return End.WAITS;
    }
    snapshots.switchTo(number, place.fence());
    return End.CURRENT;
  }
}
