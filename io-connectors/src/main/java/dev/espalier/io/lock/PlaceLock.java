package dev.espalier.io.lock;

import dev.espalier.io.storage.Storage;
import dev.espalier.io.storage.StorageOptions;
import dev.espalier.io.storage.StoredFile;
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
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right to write in a place, held by one process at a time. Thread-safe.
 *
 * <p>A directory holds one claim for each acquisition, numbered from 1. The highest number is the
 * owner; to acquire is to create the next one, which a file system lets one process do. So all that
 * is asked of it is to create a file where none is: no rename, no comparison. Beside its claim an
 * owner keeps a sign of life, and leaves a note when it is done:
 *
 * <pre>
 *   0000000007.claim     who: host, process
 *   0000000007.beat      rewritten every 10 s; its time of modification tells the age
 *   0000000007.released  given back
 * </pre>
 *
 * <p>A lock is free if its owner gave it back, if its process was one of this machine and has
 * ended, or if its sign of life is 60 s old by the clock of the file system. An owner that was only
 * paused then finds a higher number: {@link #check} is to be called before what it did takes
 * effect.
 */
public final class PlaceLock implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PlaceLock.class);
  private static final Pattern NAME = Pattern.compile("(\\d{10})\\.(.*)");
  private static final String CLOCK = "now-";

  private final Storage storage;
  private final String directory;
  private final long number;
  private final ScheduledExecutorService heart;
  private boolean released;

  private PlaceLock(Storage storage, String directory, long number, LockTimes times) {
    this.storage = storage;
    this.directory = directory;
    this.number = number;
    this.heart =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "lock " + directory);
              thread.setDaemon(true);
              return thread;
            });
    long beat = times.beat().toMillis();
    var unused = heart.scheduleAtFixedRate(this::beat, 0, beat, TimeUnit.MILLISECONDS);
  }

  /**
   * Takes the lock of a directory, which is made if it is not there.
   *
   * @throws LockHeldException if another process holds it
   */
  public static PlaceLock acquire(StorageOptions options, String directory)
      throws IOException, LockHeldException {
    return acquire(options.open(directory), directory, LockTimes.DEFAULTS);
  }

  /**
   * Takes the lock of a directory, and waits for it as long as another process holds it.
   *
   * @param waiting is told once for whom
   */
  public static PlaceLock await(
      StorageOptions options, String directory, Consumer<LockHeldException> waiting)
      throws IOException, InterruptedException {
    return await(options.open(directory), directory, LockTimes.DEFAULTS, waiting);
  }

  static PlaceLock await(
      Storage storage, String directory, LockTimes times, Consumer<LockHeldException> waiting)
      throws IOException, InterruptedException {
    for (boolean told = false; ; told = true) {
      try {
        return acquire(storage, directory, times);
      } catch (LockHeldException e) {
        if (!told) {
          waiting.accept(e);
        }
        TimeUnit.MILLISECONDS.sleep(times.poll().toMillis());
      }
    }
  }

  static PlaceLock acquire(Storage storage, String directory, LockTimes times)
      throws IOException, LockHeldException {
    while (true) {
      long latest = latest(storage, directory);
      if (latest > 0) {
        refuseIfHeld(storage, directory, latest, times);
      }
      long number = latest + 1;
      String claim = path(directory, number, "claim");
      if (storage.createIfAbsent(claim, LockOwner.thisProcess().toJson())) {
        if (isHighest(storage, directory, number)) {
          removeOlder(storage, directory, number);
          return new PlaceLock(storage, directory, number, times);
        }
        storage.delete(claim);
      }
    }
  }

  /** The number of this acquisition: higher than that of every earlier one of this directory. */
  public long number() {
    return number;
  }

  /**
   * Makes sure that nobody took over from the owner of {@code number}.
   *
   * @throws FencedException if somebody did
   */
  public static void check(Storage storage, String directory, long number) throws IOException {
    long latest = latest(storage, directory);
    if (latest != number) {
      throw new FencedException(directory, number, latest);
    }
  }

  private static void refuseIfHeld(Storage storage, String directory, long number, LockTimes times)
      throws IOException, LockHeldException {
    if (storage.find(path(directory, number, "released")).isPresent()) {
      return;
    }
    Optional<LockOwner> owner = owner(storage, directory, number);
    if (owner.isPresent() && owner.get().isKnownDead()) {
      return;
    }
    OptionalLong silence = silence(storage, directory, number);
    if (silence.isEmpty() || silence.getAsLong() >= times.expiry().toMillis()) {
      return; // expired, or another has taken it since it was listed: creating the claim tells
    }
    String who =
        owner
            .map(o -> "process %s on %s, since %s".formatted(o.pid(), o.host(), seconds(o.since())))
            .orElse("a process that has not written its name yet");
    throw new LockHeldException(who, Duration.ofMillis(silence.getAsLong()), times.expiry());
  }

  private static String seconds(String instant) {
    try {
      return Instant.ofEpochSecond(Instant.parse(instant).getEpochSecond()).toString();
    } catch (DateTimeParseException e) {
      return instant;
    }
  }

  private static Optional<LockOwner> owner(Storage storage, String directory, long number)
      throws IOException {
    try (InputStream in = storage.input(path(directory, number, "claim")).newStream()) {
      return LockOwner.parse(in.readAllBytes());
    } catch (NoSuchFileException | FileNotFoundException e) {
      return Optional.empty();
    }
  }

  /** Milliseconds since the last sign of life, by the clock of the file system. */
  private static OptionalLong silence(Storage storage, String directory, long number)
      throws IOException {
    OptionalLong beat = storage.modifiedMillis(path(directory, number, "beat"));
    if (beat.isEmpty()) {
      beat = storage.modifiedMillis(path(directory, number, "claim"));
    }
    if (beat.isEmpty()) {
      return beat;
    }
    String now = Storage.child(directory, CLOCK + UUID.randomUUID());
    storage.create(now).close();
    try {
      long last = beat.getAsLong();
      // Whoever takes the lock just now removes such files; then it is held, and freshly.
      long time = storage.modifiedMillis(now).orElse(last);
      return OptionalLong.of(Math.max(0, time - last));
    } finally {
      storage.delete(now);
    }
  }

  /**
   * Whether no higher claim was there when that of {@code number} was made. A directory is not
   * listed at one moment: where others come and go meanwhile, a listing may lack the claim that was
   * removed and the one that came for it, so the number that it led to may be one of the past. A
   * claim that was there before and is not in this listing was removed by an owner that came later,
   * and such an owner removes that of {@code number} first.
   */
  private static boolean isHighest(Storage storage, String directory, long number)
      throws IOException {
    return latest(storage, directory) == number
        && storage.find(path(directory, number, "claim")).isPresent();
  }

  /** The highest number of a claim; 0 if there is none. */
  private static long latest(Storage storage, String directory) throws IOException {
    long latest = 0;
    for (StoredFile file : files(storage, directory)) {
      Matcher name = NAME.matcher(file.name());
      if (name.matches() && name.group(2).equals("claim")) {
        latest = Math.max(latest, Long.parseLong(name.group(1)));
      }
    }
    return latest;
  }

  private static List<StoredFile> files(Storage storage, String directory) throws IOException {
    return storage.find(directory).isPresent() ? storage.list(directory) : List.of();
  }

  /**
   * From the lowest number up, as {@link #isHighest} needs. What is left where this fails does no
   * harm; the next owner tries again.
   */
  private static void removeOlder(Storage storage, String directory, long number) {
    try {
      List<StoredFile> files = new ArrayList<>(files(storage, directory));
      files.sort(Comparator.comparing(StoredFile::name));
      for (StoredFile file : files) {
        Matcher name = NAME.matcher(file.name());
        boolean older = name.matches() && Long.parseLong(name.group(1)) < number;
        if (older || file.name().startsWith(CLOCK)) {
          storage.delete(file.path());
        }
      }
    } catch (IOException e) {
      LOG.debug("{}: old claims were not removed", directory, e);
    }
  }

  private static String path(String directory, long number, String kind) {
    return Storage.child(directory, String.format(Locale.ROOT, "%010d.%s", number, kind));
  }

  private synchronized void beat() {
    if (released) {
      return;
    }
    try {
      byte[] time = Instant.now().toString().getBytes(StandardCharsets.US_ASCII);
      storage.write(path(directory, number, "beat"), time);
    } catch (IOException e) {
      LOG.debug("{}: no sign of life could be given", directory, e);
    }
  }

  /** Gives the lock back; again does nothing. If that fails, the lock is free when it expires. */
  @Override
  public synchronized void close() {
    if (released) {
      return;
    }
    released = true;
    heart.shutdownNow();
    try {
      if (latest(storage, directory) == number) {
        storage.createIfAbsent(path(directory, number, "released"), new byte[0]);
        storage.delete(path(directory, number, "beat"));
      }
    } catch (IOException e) {
      LOG.debug("{}: the lock was not given back", directory, e);
    }
  }
}
