package dev.espalier.io.snapshot;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.espalier.io.FileProblemException;
import dev.espalier.io.lock.PlaceLock;
import dev.espalier.io.storage.Storage;
import dev.espalier.io.storage.StorageOptions;
import dev.espalier.io.storage.StorageOutput;
import dev.espalier.io.storage.StoredFile;
import dev.espalier.io.table.Manifest;
import dev.espalier.io.table.TableLayout;
import dev.espalier.io.table.TableTakeover;
import dev.espalier.io.table.TableTidying;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The snapshots of a table. Each is a table of its own that is never changed, and CURRENT names the
 * one to read: it is switched at once, by a rename where the file system has one, by one write
 * where it has none. Whoever changes anything owns the table's lock.
 */
public final class Snapshots {
  private static final Logger LOG = LoggerFactory.getLogger(Snapshots.class);
  private static final JsonMapper JSON = new JsonMapper();

  private final SnapshotLayout layout;
  private final StorageOptions options;
  private final Storage storage;

  private Snapshots(String table, StorageOptions options, Storage storage) {
    this.layout = new SnapshotLayout(table);
    this.options = options;
    this.storage = storage;
  }

  public static Snapshots of(String table, StorageOptions options) throws IOException {
    return new Snapshots(table, options, options.open(table));
  }

  /**
   * The directory to read a table in: that of its current snapshot, or {@code table} itself if it
   * has none.
   */
  public static String pathToRead(String table, StorageOptions options) throws IOException {
    Snapshots snapshots = of(table, options);
    OptionalInt current = snapshots.current();
    return current.isPresent() ? snapshots.layout.snapshot(current.getAsInt()) : table;
  }

  /**
   * The same of an input, which may be no table: all snapshots together would be its rows several
   * times.
   *
   * @throws FileProblemException if it has snapshots and none is current
   */
  public static String inputToRead(String path, StorageOptions options) throws IOException {
    Snapshots snapshots = of(path, options);
    boolean isDirectory = snapshots.storage.find(path).filter(StoredFile::directory).isPresent();
    if (!isDirectory) {
      return path;
    }
    Optional<String> named = snapshots.named();
    if (named.isPresent() || snapshots.all().isEmpty()) {
      return named.orElse(path);
    }
    OptionalInt current = snapshots.current();
    if (current.isEmpty()) {
      throw new FileProblemException(
          path + ": none of the table's snapshots is current",
          "Make one current: espalier snapshots TABLE restore N, or name the directory of one");
    }
    return snapshots.layout.snapshot(current.getAsInt());
  }

  /** The snapshot that CURRENT names, if it is there, be its facts damaged or not. */
  private Optional<String> named() throws IOException {
    Optional<String> text = text(layout.current());
    OptionalInt number = text.isEmpty() ? OptionalInt.empty() : SnapshotLayout.numberOf(text.get());
    if (number.isEmpty()) {
      return Optional.empty();
    }
    String snapshot = layout.snapshot(number.getAsInt());
    return storage.find(snapshot).filter(StoredFile::directory).map(found -> snapshot);
  }

  public SnapshotLayout layout() {
    return layout;
  }

  /** Whether the table has, or had, snapshots. */
  public boolean exist() throws IOException {
    return current().isPresent() || storage.find(layout.snapshots()).isPresent();
  }

  /**
   * The number of the current snapshot, which may be gone; empty before the first.
   *
   * @throws FileProblemException if CURRENT is damaged: which one is current is not known then
   */
  public OptionalInt current() throws IOException {
    Optional<String> text = text(layout.current());
    if (text.isEmpty()) {
      return OptionalInt.empty();
    }
    OptionalInt named = SnapshotLayout.numberOf(text.get());
    if (named.isEmpty()) {
      throw new FileProblemException(
          layout.current() + ": does not name a snapshot",
          numbers().isEmpty()
              ? "Remove the file: no snapshot is there"
              : "Make one current: espalier snapshots TABLE restore N; without restore N it lists"
                  + " them");
    }
    return named;
  }

  private Optional<String> text(String path) throws IOException {
    if (storage.find(path).isEmpty()) {
      return Optional.empty();
    }
    try (InputStream in = storage.input(path).newStream()) {
      return Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (NoSuchFileException | FileNotFoundException e) {
      return Optional.empty();
    }
  }

  /** Facts of a snapshot; empty if it is not finished. */
  public Optional<Snapshot> find(int number) throws IOException {
    Optional<String> text = text(layout.facts(number));
    try {
      return text.isEmpty()
          ? Optional.empty()
          : Optional.of(JSON.readValue(text.get(), Snapshot.class));
    } catch (JsonProcessingException e) {
      throw new FileProblemException(
          layout.facts(number) + ": cannot be read",
          "Restore another snapshot, or remove this one's directory",
          e);
    }
  }

  /** All finished snapshots whose facts can be read, by number. */
  public List<Snapshot> all() throws IOException {
    List<Snapshot> all = new ArrayList<>();
    for (int number : numbers()) {
      readable(number).ifPresent(all::add);
    }
    return all;
  }

  /** Facts of a snapshot; empty also if they are damaged. */
  private Optional<Snapshot> readable(int number) throws IOException {
    try {
      return find(number);
    } catch (FileProblemException e) {
      LOG.warn("{}: {}", e.problem(), e.remedy());
      return Optional.empty();
    }
  }

  private List<Integer> numbers() throws IOException {
    if (storage.find(layout.snapshots()).isEmpty()) {
      return List.of();
    }
    return storage.list(layout.snapshots()).stream()
        .filter(file -> file.directory() && file.name().matches("\\d{1,9}"))
        .map(file -> Integer.valueOf(file.name()))
        .sorted()
        .toList();
  }

  /** The number of the snapshot to write. */
  public int next() throws IOException {
    int highest = current().orElse(0);
    for (int number : numbers()) {
      highest = Math.max(highest, number);
    }
    return highest + 1;
  }

  /**
   * Mends CURRENT if a switch was cut off, and removes snapshots that were not finished or of which
   * was not decided whether they become current. To be called by the owner of the lock before it
   * writes.
   */
  public void tidy() throws IOException {
    mendCurrent();
    removeUndecided(current());
  }

  /**
   * The same before another snapshot is made current, also if CURRENT is damaged: nothing is
   * removed then, since any may be the current one.
   */
  public void tidyToRestore() throws IOException {
    mendCurrent();
    OptionalInt current;
    try {
      current = current();
    } catch (FileProblemException e) {
      LOG.warn("{}, and is written anew", e.problem());
      return;
    }
    removeUndecided(current);
  }

  private void mendCurrent() throws IOException {
    Optional<String> last = lastSwitch();
    if (last.isPresent()) {
      Optional<String> named = text(layout.current());
      if (named.isEmpty() || !named.get().equals(last.get())) {
        storage.write(layout.current(), last.get().getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  private void removeUndecided(OptionalInt current) throws IOException {
    boolean lost = current.isEmpty() && all().stream().anyMatch(Snapshot::wasCurrent);
    for (int number : numbers()) {
      Optional<Snapshot> facts = readable(number);
      if (current.isPresent() && current.getAsInt() == number) {
        accept(number);
        TableTidying.removeAsides(layout.snapshot(number), options);
      } else if (facts.isPresent() && facts.get().undecided()) {
        if (!lost) { // it may be the one that CURRENT named
          storage.delete(layout.snapshot(number));
        }
      } else if (facts.isEmpty() && !hasFacts(number)) {
        storage.delete(layout.snapshot(number));
      }
    }
  }

  private boolean hasFacts(int number) throws IOException {
    return storage.find(layout.facts(number)).isPresent();
  }

  /** Writes down that a snapshot has become current, unless that is known. */
  private void accept(int number) throws IOException {
    Optional<Snapshot> facts = readable(number);
    if (facts.isPresent() && facts.get().undecided()) {
      finish(facts.get().accepted());
    }
  }

  private Optional<String> lastSwitch() throws IOException {
    if (storage.hasDirectories() || storage.find(layout.switches()).isEmpty()) {
      return Optional.empty();
    }
    List<StoredFile> switches = storage.list(layout.switches());
    return switches.isEmpty()
        ? Optional.empty()
        : text(switches.get(switches.size() - 1).path())
            .map(Snapshots::withoutOwner)
            .filter(line -> SnapshotLayout.numberOf(line).isPresent());
  }

  /**
   * Makes the table that {@code run} wrote the first snapshot. To be called by the owner of the
   * lock, again if it was cut off; nothing happens if there is no such table. If CURRENT names a
   * snapshot that is gone, the table is the next one.
   */
  public void takeOver(long fence) throws IOException {
    Optional<Manifest> table = Manifest.read(layout.table(), options);
    if (table.isEmpty()) {
      return;
    }
    OptionalInt current = current();
    boolean isCopied =
        current.isPresent()
            && Manifest.read(layout.snapshot(current.getAsInt()), options).isPresent();
    if (!isCopied) {
      int number = next();
      TableTakeover.copy(layout.table(), layout.snapshot(number), storage);
      Manifest manifest = table.get();
      finish(
          new Snapshot(
              number,
              0,
              Instant.now().toString(),
              "takeover",
              manifest.rows(),
              manifest.failedRows(),
              manifest.rows(),
              0,
              0,
              List.of(),
              true));
      switchTo(number, fence);
    }
    TableTakeover.remove(layout.table(), storage);
  }

  /** Writes down the facts of a snapshot whose table is complete. */
  public void finish(Snapshot facts) throws IOException {
    String text = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(facts) + "\n";
    storage.write(layout.facts(facts.number()), text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Makes a finished snapshot the current one.
   *
   * @param fence number of the lock that is held; 0 if none is
   */
  public void switchTo(int number, long fence) throws IOException {
    noteReplaced(number);
    nameCurrent(number, fence);
    accept(number);
  }

  private void nameCurrent(int number, long fence) throws IOException {
    byte[] line = (SnapshotLayout.name(number) + "\n").getBytes(StandardCharsets.UTF_8);
    if (!storage.hasDirectories()) {
      claim(number, fence);
      storage.write(layout.current(), line);
      return;
    }
    // What is renamed lies where the next owner of the lock clears up before it does anything.
    String directory = layout.aside(fence);
    String aside = Storage.child(directory, "CURRENT");
    storage.delete(aside);
    try (StorageOutput out = storage.create(aside)) {
      out.write(line);
    }
    check(fence);
    storage.replace(aside, layout.current());
    storage.delete(directory);
  }

  /** Writes down, for the grace of its readers, until when a snapshot was current. */
  private void noteReplaced(int by) throws IOException {
    byte[] now = (Instant.now() + "\n").getBytes(StandardCharsets.UTF_8);
    for (int number : maybeCurrent()) {
      if (number != by && storage.find(layout.snapshot(number)).isPresent()) {
        storage.write(layout.replaced(number), now);
      }
    }
  }

  /** The current snapshot; all of them if it is not known which that is. */
  private List<Integer> maybeCurrent() throws IOException {
    try {
      OptionalInt current = current();
      return current.isPresent() ? List.of(current.getAsInt()) : List.of();
    } catch (FileProblemException e) {
      return numbers();
    }
  }

  /** One of several owners, each of whom takes itself for the last, can create the file. */
  private void claim(int number, long fence) throws IOException {
    long count = 1;
    if (storage.find(layout.switches()).isPresent()) {
      for (StoredFile file : storage.list(layout.switches())) {
        if (file.name().matches("\\d{10}")) {
          count = Math.max(count, Long.parseLong(file.name()) + 1);
        }
      }
    }
    check(fence);
    String line = SnapshotLayout.name(number) + "\n" + UUID.randomUUID() + "\n";
    if (!storage.createIfAbsent(layout.switched(count), line.getBytes(StandardCharsets.UTF_8))) {
      throw new FileProblemException(
          layout.current() + ": is being switched by another process", "Run the job again");
    }
  }

  private static String withoutOwner(String claim) {
    return claim.substring(0, claim.indexOf('\n') + 1);
  }

  private void check(long fence) throws IOException {
    if (fence != 0) {
      String lock = new TableLayout(layout.table()).lock();
      PlaceLock.check(storage, lock, fence);
    }
  }

  /** Removes a snapshot that is not current, with all it holds. */
  public void remove(int number) throws IOException {
    if (current().isPresent() && current().getAsInt() == number) {
      throw new IllegalArgumentException("snapshot " + number + " is current");
    }
    storage.delete(layout.snapshot(number));
  }

  /**
   * The snapshots that can go: neither among the last {@code keep}, nor current, nor made or
   * current within the grace, in which who reads them may still do so. The newest stays too: no
   * number is given twice.
   *
   * @param keep how many stay, the current one included
   * @param age of those that go at least
   * @param grace for readers, from when a snapshot was replaced
   */
  public List<Snapshot> expired(int keep, Duration age, Duration grace, Instant now)
      throws IOException {
    List<Snapshot> all = all();
    OptionalInt current = current();
    List<Snapshot> newestFirst = new ArrayList<>(all);
    newestFirst.sort(Comparator.comparingInt(Snapshot::number).reversed());
    List<Snapshot> expired = new ArrayList<>();
    int kept = current.isPresent() ? 1 : 0;
    Instant next = now; // when the one after the snapshot at hand was made
    for (Snapshot snapshot : newestFirst) {
      boolean isCurrent = current.isPresent() && current.getAsInt() == snapshot.number();
      boolean isNewest = snapshot.equals(newestFirst.get(0));
      boolean young = Duration.between(snapshot.time(), now).compareTo(age) < 0;
      Instant replaced = replaced(snapshot.number()).orElse(next);
      boolean read = Duration.between(replaced, now).compareTo(grace) < 0;
      next = snapshot.time();
      if (isCurrent) {
        continue;
      }
      if (kept < keep) {
        kept++;
      } else if (!isNewest && !young && !read) {
        expired.add(snapshot);
      }
    }
    expired.sort(Comparator.comparingInt(Snapshot::number));
    return expired;
  }

  /** When a snapshot was replaced last; empty if that is not known, as of one never current. */
  private Optional<Instant> replaced(int number) throws IOException {
    try {
      return text(layout.replaced(number)).map(text -> Instant.parse(text.strip()));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }
}
