package dev.espalier.io.lock;

import dev.espalier.io.storage.Storage;
import dev.espalier.io.storage.StorageOptions;
import dev.espalier.io.storage.StorageUse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The signs of life of a lock's owner. An owner may be several processes, such as the workers of a
 * cluster: each gives them as long as something in it works for the owner. All uses of one lock in
 * a JVM share one beat, which ends with the last of them. Thread-safe.
 */
public final class LockBeat implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LockBeat.class);
  private static final long END_SECONDS = 5;

  private record Place(String directory, long number) {}

  private static final Map<Place, Heart> HEARTS = new HashMap<>(); // guarded by itself

  private final Place place; // null: of no lock
  private boolean closed; // guarded by HEARTS

  private LockBeat(Place place) {
    this.place = place;
  }

  /**
   * Begins to give signs of life for an acquisition.
   *
   * @param directory of the lock
   * @param number of the acquisition, see {@link PlaceLock#number()}
   */
  public static LockBeat keep(StorageOptions options, String directory, long number)
      throws IOException {
    return keep(options.open(directory), directory, number, LockTimes.DEFAULTS);
  }

  static LockBeat keep(Storage storage, String directory, long number, LockTimes times) {
    Place place = new Place(directory, number);
    synchronized (HEARTS) {
      HEARTS.computeIfAbsent(place, at -> new Heart(storage, at, times)).users++;
    }
    return new LockBeat(place);
  }

  /** Of no lock. */
  public static LockBeat none() {
    return new LockBeat(null);
  }

  static String path(String directory, long number, String kind) {
    return Storage.child(directory, String.format(Locale.ROOT, "%010d.%s", number, kind));
  }

  /** When the last one has closed, no further sign of life is given. Again does nothing. */
  @Override
  public void close() {
    Heart last = null;
    synchronized (HEARTS) {
      if (closed || place == null) {
        return;
      }
      closed = true;
      Heart heart = HEARTS.get(place);
      heart.users--;
      if (heart.users == 0) {
        HEARTS.remove(place);
        last = heart;
      }
    }
    if (last != null) {
      last.stop();
    }
  }

  private static final class Heart {
    private final Storage storage;
    private final Place place;
    private final ScheduledThreadPoolExecutor timer;
    private final StorageUse use = StorageUse.begin();
    private int users; // guarded by HEARTS

    Heart(Storage storage, Place place, LockTimes times) {
      this.storage = storage;
      this.place = place;
      this.timer =
          new ScheduledThreadPoolExecutor(
              1,
              task -> {
                Thread thread = new Thread(task, "lock " + place.directory);
                thread.setDaemon(true);
                return thread;
              });
      long beat = times.beat().toMillis();
      var unused = timer.scheduleAtFixedRate(this::beat, 0, beat, TimeUnit.MILLISECONDS);
    }

    private void beat() {
      try {
        if (storage.find(path(place.directory, place.number, "claim")).isPresent()
            && storage.find(path(place.directory, place.number, "released")).isEmpty()) {
          byte[] time = Instant.now().toString().getBytes(StandardCharsets.US_ASCII);
          storage.write(path(place.directory, place.number, "beat"), time);
        }
      } catch (IOException e) {
        LOG.debug("{}: no sign of life could be given", place.directory, e);
      }
    }

    /** A beat under way ends first: nothing here runs on when the code of its job is unloaded. */
    void stop() {
      timer.shutdown();
      try {
        if (!timer.awaitTermination(END_SECONDS, TimeUnit.SECONDS)) {
          timer.shutdownNow();
        }
      } catch (InterruptedException e) {
        timer.shutdownNow();
        Thread.currentThread().interrupt();
      }
      use.close();
    }
  }
}
