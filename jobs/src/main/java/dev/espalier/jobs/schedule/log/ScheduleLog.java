package dev.espalier.jobs.schedule.log;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.espalier.io.FileProblemException;
import dev.espalier.io.storage.Storage;
import dev.espalier.io.storage.StoredFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log of a scheduler on any storage. Not thread-safe; any number of processes may read it.
 *
 * <pre>
 *   0000000064.state    all that the first 64 changes come to
 *   0000000065.change   one change
 *   0000000066.change
 * </pre>
 *
 * <p>A change is a file that is created where none is, with the next number: a storage lets one
 * process do that. So of two schedulers that both take themselves for the owner, one has its change
 * refused, and knows it; nothing takes effect that is not in the log. Changes below a state are
 * removed, so a number may be free again that an owner of the past takes for the next: after it was
 * created, no state may be there that is as high.
 */
public final class ScheduleLog {
  private static final Logger LOG = LoggerFactory.getLogger(ScheduleLog.class);
  private static final Pattern NAME = Pattern.compile("(\\d{10})\\.(state|change)");
  private static final Pattern ASIDE = Pattern.compile("(\\d{10})\\.(?:state|change)\\..*\\.tmp");
  private static final String OPENED = "opened";
  private static final int CHANGES_IN_A_ROW = 64;
  private static final int ATTEMPTS = 5;
  private static final long FIRST_PAUSE_MILLIS = 20;

  private static final ObjectMapper JSON =
      new ObjectMapper().configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false);

  private final Storage storage;
  private final String directory;
  private final String owner = UUID.randomUUID().toString();
  private ScheduleState state;
  private long lastState;

  private ScheduleLog(Storage storage, String directory, ScheduleState state) {
    this.storage = storage;
    this.directory = directory;
    this.state = state;
  }

  /**
   * Reads what is there.
   *
   * @param directory need not be there yet
   */
  public static ScheduleState read(Storage storage, String directory) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        Optional<ScheduleState> state = readOnce(storage, directory);
        if (state.isPresent()) {
          return state.get();
        }
        if (attempt == ATTEMPTS) {
          throw new FileProblemException(
              directory + ": the log of the schedule lacks a part, or a part of it is damaged",
              "Name another state directory, or remove this one: all fires are forgotten then");
        }
      } catch (NoSuchFileException | FileNotFoundException e) {
        if (attempt == ATTEMPTS) { // each time it was removed after it had been listed
          throw e;
        }
      }
    }
  }

  /** Takes over the log: whoever wrote it before has its next change refused. */
  public static ScheduleLog open(Storage storage, String directory, long now) throws IOException {
    while (true) {
      ScheduleLog log = new ScheduleLog(storage, directory, read(storage, directory));
      log.state = log.state.after(new Change.Builder("").by("", now), log.highest());
      if (log.create(new Change.Builder(OPENED).by(log.owner, now))) {
        log.writeState();
        return log;
      }
    }
  }

  /** What all changes so far come to. */
  public ScheduleState state() {
    return state;
  }

  /**
   * Appends a change; when this returns, it outlives the process and the machine.
   *
   * @throws LogOvertakenException if another process has opened the log; the change did not happen
   * @throws IOException if the storage does not answer; whether it happened is not known
   */
  public ScheduleState append(Change.Builder builder, long now) throws IOException {
    Change change = builder.by(owner, now);
    if (!create(change)) {
      throw new LogOvertakenException(directory);
    }
    if (state.number() - lastState >= CHANGES_IN_A_ROW) {
      writeState();
    }
    return state;
  }

  /** Makes sure that no other process has opened the log. */
  public void check() throws IOException {
    if (highest() > state.number()) {
      throw new LogOvertakenException(directory);
    }
  }

  private boolean create(Change change) throws IOException {
    long number = state.number() + 1;
    String path = path(number, "change");
    byte[] content = bytes(change);
    for (int attempt = 1; ; attempt++) {
      try {
        if (!storage.createIfAbsent(path, content)) {
          return false;
        }
        break;
      } catch (IOException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
        Optional<byte[]> there = content(path);
        if (there.isPresent() && Arrays.equals(there.get(), content)) {
          break; // it was the answer that was lost
        }
        if (there.isPresent() && parse(there.get(), Change.class).isPresent()) {
          return false;
        }
        LOG.debug("{} could not be written; it is tried again", path, e);
        if (there.isPresent()) {
          storage.delete(path); // a part of what this call wrote
        }
        pause(attempt);
      }
    }
    if (highestState() >= number) {
      storage.delete(path);
      return false;
    }
    state = state.after(change, number);
    return true;
  }

  /** A storage that does not answer may do so in a moment. */
  private static void pause(int attempt) throws IOException {
    try {
      TimeUnit.MILLISECONDS.sleep(FIRST_PAUSE_MILLIS << attempt);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while the storage did not answer");
    }
  }

  private void writeState() throws IOException {
    storage.write(path(state.number(), "state"), bytes(state));
    lastState = state.number();
    try {
      for (StoredFile file : files()) {
        Matcher name = NAME.matcher(file.name());
        Matcher aside = ASIDE.matcher(file.name());
        // What a process that was killed wrote aside, for a number that is taken by now.
        boolean leftover = aside.matches() && Long.parseLong(aside.group(1)) <= lastState;
        if (leftover || (name.matches() && isOlder(name))) {
          storage.delete(file.path());
        }
      }
    } catch (IOException e) {
      LOG.debug("{}: old changes were not removed", directory, e);
    }
  }

  private boolean isOlder(Matcher name) {
    long number = Long.parseLong(name.group(1));
    return name.group(2).equals("change") ? number <= lastState : number < lastState;
  }

  /**
   * Empty if what was listed does not belong together: its owner just removed a part of it, or it
   * was damaged.
   */
  private static Optional<ScheduleState> readOnce(Storage storage, String directory)
      throws IOException {
    ScheduleLog log = new ScheduleLog(storage, directory, ScheduleState.EMPTY);
    TreeMap<Long, String> states = new TreeMap<>();
    TreeMap<Long, String> changes = new TreeMap<>();
    for (StoredFile file : log.files()) {
      Matcher name = NAME.matcher(file.name());
      if (name.matches()) {
        (name.group(2).equals("state") ? states : changes)
            .put(Long.parseLong(name.group(1)), file.path());
      }
    }
    Optional<ScheduleState> whole =
        states.isEmpty() ? Optional.of(ScheduleState.EMPTY) : Optional.empty();
    for (String path : states.descendingMap().values()) {
      whole = parse(log.bytesOf(path), ScheduleState.class);
      if (whole.isPresent()) {
        break;
      }
    }
    if (whole.isEmpty()) {
      return Optional.empty();
    }
    ScheduleState state = whole.get();
    boolean unfinished = false;
    for (var entry : changes.tailMap(state.number(), false).entrySet()) {
      if (entry.getKey() != state.number() + 1) {
        return Optional.empty();
      }
      // One without an end is of a process that ended while it wrote, so it did not happen; the
      // next is that of a process that took over.
      Optional<Change> change = parse(log.bytesOf(entry.getValue()), Change.class);
      if (unfinished && change.filter(next -> !OPENED.equals(next.what())).isPresent()) {
        return Optional.empty();
      }
      unfinished = change.isEmpty();
      state = state.after(change.orElse(new Change.Builder("").by("", 0)), entry.getKey());
    }
    return Optional.of(state);
  }

  private List<StoredFile> files() throws IOException {
    return storage.find(directory).isPresent() ? storage.list(directory) : new ArrayList<>();
  }

  private long highest() throws IOException {
    long highest = 0;
    for (StoredFile file : files()) {
      Matcher name = NAME.matcher(file.name());
      if (name.matches()) {
        highest = Math.max(highest, Long.parseLong(name.group(1)));
      }
    }
    return highest;
  }

  private long highestState() throws IOException {
    long highest = 0;
    for (StoredFile file : files()) {
      Matcher name = NAME.matcher(file.name());
      if (name.matches() && name.group(2).equals("state")) {
        highest = Math.max(highest, Long.parseLong(name.group(1)));
      }
    }
    return highest;
  }

  private String path(long number, String kind) {
    return Storage.child(directory, String.format(Locale.ROOT, "%010d.%s", number, kind));
  }

  private Optional<byte[]> content(String path) throws IOException {
    return storage.find(path).isPresent() ? Optional.of(bytesOf(path)) : Optional.empty();
  }

  private byte[] bytesOf(String path) throws IOException {
    try (InputStream in = storage.input(path).newStream()) {
      return in.readAllBytes();
    }
  }

  private static byte[] bytes(Object value) {
    try {
      return JSON.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("records are always JSON", e);
    }
  }

  private static <T> Optional<T> parse(byte[] json, Class<T> type) throws IOException {
    try {
      return Optional.ofNullable(JSON.readValue(json, type));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }
}
