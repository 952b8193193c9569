package dev.espalier.io.lock;

import dev.espalier.io.storage.Storage;
import dev.espalier.io.storage.StorageOptions;
import dev.espalier.io.storage.StorageUse;
import dev.espalier.io.storage.StoredFile;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
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
 * <p>The owner is a process, or a job on a cluster: then its workers give the signs of life ({@link
 * LockBeat}), and the process that submitted it may end.
 *
 * <p>A lock is free if its owner gave it back, if its process was one of this machine and has
 * ended, if its job is known to have ended, or if its sign of life is 60 s old by the clock of the
 * file system (20 s for a job that its cluster does not know: it may be about to be submitted). An
 * owner that was only paused then finds a higher number: {@link #check} is to be called before what
 * it did takes effect.
 */
public final class PlaceLock implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PlaceLock.class);
  private static final Pattern NAME = Pattern.compile("(\\d{10})\\.(.*)");
  private static final String CLOCK = "now-";

  private final Storage storage;
  private final String directory;
  private final long number;
  private final LockBeat beat;
  private boolean released;

  private PlaceLock(Storage storage, String directory, long number, LockTimes times) {
    this.storage = storage;
    this.directory = directory;
    this.number = number;
    this.beat = LockBeat.keep(storage, directory, number, times);
  }

  /**
   * Takes the lock of a directory, which is made if it is not there.
   *
   * @throws LockHeldException if another process holds it
   */
  public static PlaceLock acquire(StorageOptions options, String directory)
      throws IOException, LockHeldException {
    return acquire(options, directory, Taker.process());
  }

  /**
   * Takes the lock of a directory, which is made if it is not there.
   *
   * @throws LockHeldException if another process or job holds it
   */
  public static PlaceLock acquire(StorageOptions options, String directory, Taker taker)
      throws IOException, LockHeldException {
    return acquire(options.open(directory), directory, LockTimes.DEFAULTS, taker);
  }

  /**
   * Takes the lock of a directory, and waits for it as long as another process holds it.
   *
   * @param waiting is told once for whom
   */
  public static PlaceLock await(
      StorageOptions options, String directory, Taker taker, Consumer<LockHeldException> waiting)
      throws IOException, InterruptedException {
    return await(options.open(directory), directory, LockTimes.DEFAULTS, taker, waiting);
  }

  static PlaceLock await(
      Storage storage, String directory, LockTimes times, Consumer<LockHeldException> waiting)
      throws IOException, InterruptedException {
    return await(storage, directory, times, Taker.process(), waiting);
  }

  private static PlaceLock await(
      Storage storage,
      String directory,
      LockTimes times,
      Taker taker,
      Consumer<LockHeldException> waiting)
      throws IOException, InterruptedException {
    for (boolean told = false; ; told = true) {
      try {
        return acquire(storage, directory, times, taker);
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
    return acquire(storage, directory, times, Taker.process());
  }

  @SuppressWarnings("try") // whoever held it may have been the last to use the file system
  static PlaceLock acquire(Storage storage, String directory, LockTimes times, Taker taker)
      throws IOException, LockHeldException {
    try (StorageUse use = StorageUse.begin()) {
      while (true) {
        long latest = latest(storage, directory);
        if (latest > 0) {
          refuseIfHeld(storage, directory, latest, times, taker);
        }
        long number = latest + 1;
        if (claims(storage, directory, number, LockOwner.thisProcess(taker.job()).toJson())) {
          if (isHighest(storage, directory, number)) {
            removeOlder(storage, directory, number);
            return new PlaceLock(storage, directory, number, times);
          }
          storage.delete(LockBeat.path(directory, number, "claim"));
        }
      }
    }
  }

  /**
   * Whether this call made the claim of {@code number}. An owner of a higher one may have removed
   * what this call wrote aside.
   */
  private static boolean claims(Storage storage, String directory, long number, byte[] owner)
      throws IOException {
    try {
      return storage.createIfAbsent(LockBeat.path(directory, number, "claim"), owner);
    } catch (IOException e) {
      if (latest(storage, directory) <= number) {
        throw e;
      }
      LOG.debug("{}: another has taken the lock", directory, e);
      return false;
    }
  }

  /**
   * Who takes a lock.
   *
   * @param job a cluster's, which will hold it; none for this process
   * @param state of a job that holds the lock, as its cluster tells it
   */
  public record Taker(Optional<ClusterJob> job, Function<ClusterJob, ClusterJob.State> state) {
    public static Taker process() {
      return new Taker(Optional.empty(), job -> ClusterJob.State.PRESENT);
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

  private static void refuseIfHeld(
      Storage storage, String directory, long number, LockTimes times, Taker taker)
      throws IOException, LockHeldException {
    if (isGivenBack(storage, directory, number)) {
      return;
    }
    Optional<LockOwner> owner = owner(storage, directory, number);
    // Before its job is asked for: a process that ended then has submitted what it ever will.
    boolean isProcessDead = owner.filter(LockOwner::isProcessKnownDead).isPresent();
    Optional<ClusterJob.State> job = owner.flatMap(LockOwner::job).map(taker.state());
    boolean isUnknown = job.filter(ClusterJob.State.UNKNOWN::equals).isPresent();
    boolean hasEnded = job.filter(ClusterJob.State.ENDED::equals).isPresent();
    if (hasEnded || (isProcessDead && (job.isEmpty() || isUnknown))) {
      return;
    }
    Duration expiry = isUnknown ? times.unknownExpiry() : times.expiry();
    OptionalLong silence = silence(storage, directory, number);
    if (silence.isEmpty() || silence.getAsLong() >= expiry.toMillis()) {
      return; // expired, or another has taken it since it was listed: creating the claim tells
    }
    String who =
        owner.map(PlaceLock::described).orElse("a process that has not written its name yet");
    throw new LockHeldException(who, Duration.ofMillis(silence.getAsLong()), expiry);
  }

  private static String described(LockOwner owner) {
    String process = "process %s on %s".formatted(owner.pid(), owner.host());
    return owner.job().map(job -> job + ", submitted by " + process).orElse(process)
        + ", since "
        + seconds(owner.since());
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
    String claim = LockBeat.path(directory, number, "claim");
    try (InputStream in = storage.input(claim).newStream()) {
      return LockOwner.parse(in.readAllBytes());
    } catch (IOException e) {
      // On HDFS a file that is removed while it is read has blocks that are missing.
      if (storage.find(claim).isPresent()) {
        throw e;
      }
      return Optional.empty();
    }
  }

  /** Milliseconds since the last sign of life, by the clock of the file system. */
  private static OptionalLong silence(Storage storage, String directory, long number)
      throws IOException {
    OptionalLong beat = storage.modifiedMillis(LockBeat.path(directory, number, "beat"));
    if (beat.isEmpty()) {
      beat = storage.modifiedMillis(LockBeat.path(directory, number, "claim"));
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
        && storage.find(LockBeat.path(directory, number, "claim")).isPresent();
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
        // Written aside by one that was killed, or that finds this number taken.
        boolean aside =
            name.matches()
                && Long.parseLong(name.group(1)) == number
                && name.group(2).endsWith(".tmp");
        if (older || aside || file.name().startsWith(CLOCK)) {
          storage.delete(file.path());
        }
      }
    } catch (IOException e) {
      LOG.debug("{}: old claims were not removed", directory, e);
    }
  }

  /** Gives the lock back; again does nothing. If that fails, the lock is free when it expires. */
  @Override
  @SuppressWarnings("try") // the sign of life may have been the last to use the file system
  public synchronized void close() {
    if (released) {
      return;
    }
    released = true;
    try (StorageUse use = StorageUse.begin()) {
      beat.close();
      release(storage, directory, number);
    } catch (IOException e) {
      LOG.debug("{}: the lock was not given back", directory, e);
    }
  }

  /** Gives no signs of life any more, and leaves the lock to the job that holds it. */
  public synchronized void leaveToJob() {
    released = true;
    beat.close();
  }

  /**
   * Gives the lock back for its owner, from whatever process; again, or if another has taken over,
   * does nothing.
   */
  public static void release(StorageOptions options, String directory, long number)
      throws IOException {
    release(options.open(directory), directory, number);
  }

  static void release(Storage storage, String directory, long number) throws IOException {
    if (latest(storage, directory) == number) {
      storage.createIfAbsent(LockBeat.path(directory, number, "released"), new byte[0]);
      for (StoredFile file : files(storage, directory)) {
        Matcher name = NAME.matcher(file.name());
        // The sign of life, and those that were being given by workers that were killed.
        if (name.matches()
            && Long.parseLong(name.group(1)) == number
            && name.group(2).startsWith("beat")) {
          storage.delete(file.path());
        }
      }
    }
  }

  /** Whether nobody has taken the lock without giving it back. */
  public static boolean isGivenBack(StorageOptions options, String directory) throws IOException {
    Storage storage = options.open(directory);
    return isGivenBack(storage, directory, latest(storage, directory));
  }

  private static boolean isGivenBack(Storage storage, String directory, long latest)
      throws IOException {
    return latest == 0 || storage.find(LockBeat.path(directory, latest, "released")).isPresent();
  }

  /** The cluster's job that holds the lock; none if nobody does, or a process. */
  public static Optional<ClusterJob> holdingJob(StorageOptions options, String directory)
      throws IOException {
    Storage storage = options.open(directory);
    long latest = latest(storage, directory);
    return isGivenBack(storage, directory, latest)
        ? Optional.empty()
        : owner(storage, directory, latest).flatMap(LockOwner::job);
  }
}
