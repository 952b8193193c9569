package dev.espalier.jobs.schedule;

import dev.espalier.io.IoReason;
import dev.espalier.io.storage.Storage;
import dev.espalier.io.storage.StorageOutput;
import dev.espalier.io.storage.StoredFile;
import dev.espalier.jobs.schedule.log.RunRecord;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory of a scheduler's state.
 *
 * <pre>
 *   lease/       who follows the schedule
 *   log/         what was decided
 *   requests/    what commands ask for
 *   runs/        what runs printed: RUN.START.log
 *   good/        the last good contents of files
 * </pre>
 */
public record SchedulePlace(Storage storage, String directory) {
  private static final Logger LOG = LoggerFactory.getLogger(SchedulePlace.class);
  private static final Pattern OUTPUT = Pattern.compile("(.+)\\.\\d+\\.log");

  public String lease() {
    return Storage.child(directory, "lease");
  }

  public String log() {
    return Storage.child(directory, "log");
  }

  public String good() {
    return Storage.child(directory, "good");
  }

  public Requests requests() {
    return new Requests(storage, Storage.child(directory, "requests"));
  }

  private String runs() {
    return Storage.child(directory, "runs");
  }

  /** The file for what a start of a run prints; null if none can be made, which stops no run. */
  StorageOutput output(RunRecord run) {
    String path = Storage.child(runs(), run.id() + "." + run.starts() + ".log");
    try {
      return storage.create(path);
    } catch (IOException e) {
      LOG.warn("{}: the output of this run is not kept: {}", path, IoReason.of(e));
      return null;
    }
  }

  /** The files with what a run printed, in the order of its starts. */
  public List<StoredFile> outputs(String run) throws IOException {
    if (storage.find(runs()).isEmpty()) {
      return List.of();
    }
    List<StoredFile> files = new ArrayList<>();
    for (StoredFile file : storage.list(runs())) {
      Matcher name = OUTPUT.matcher(file.name());
      if (name.matches() && name.group(1).equals(run)) {
        files.add(file);
      }
    }
    files.sort(
        Comparator.comparingInt((StoredFile file) -> file.name().length())
            .thenComparing(StoredFile::name));
    return files;
  }

  /** Removes what runs printed that are not remembered any more. */
  void keepOutputs(Set<String> runs) {
    try {
      if (storage.find(runs()).isEmpty()) {
        return;
      }
      for (StoredFile file : storage.list(runs())) {
        Matcher name = OUTPUT.matcher(file.name());
        if (name.matches() && !runs.contains(name.group(1))) {
          storage.delete(file.path());
        }
      }
    } catch (IOException e) {
      LOG.debug("what runs printed that are forgotten was not removed", e);
    }
  }
}
