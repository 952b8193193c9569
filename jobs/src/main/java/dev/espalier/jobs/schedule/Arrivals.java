package dev.espalier.jobs.schedule;

import dev.espalier.io.storage.Glob;
import dev.espalier.io.storage.Storage;
import dev.espalier.io.storage.StorageOptions;
import dev.espalier.io.storage.StoredFile;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Files that arrive where jobs wait for them. A file is its path, length and version; one that is
 * written again has arrived again, one that goes has not.
 */
final class Arrivals {
  private final StorageOptions options;
  private final Map<String, Seen> last = new HashMap<>();

  private record Seen(Set<String> files, Instant since) {}

  Arrivals(StorageOptions options) {
    this.options = options;
  }

  /**
   * The files that are there, as fingerprints in their order, if some of them are new and nothing
   * has changed for the time that they take to settle.
   *
   * @param known fingerprints of those that were there when the job fired last
   */
  Optional<List<String>> settled(
      String job, String path, Duration settle, List<String> known, Instant now)
      throws IOException {
    Set<String> files = files(path);
    Seen seen = last.get(job);
    if (seen == null || !seen.files.equals(files) || now.isBefore(seen.since)) {
      seen = new Seen(files, now);
      last.put(job, seen);
    }
    if (new HashSet<>(known).containsAll(files)
        || Duration.between(seen.since, now).compareTo(settle) < 0) {
      return Optional.empty();
    }
    return Optional.of(List.copyOf(files));
  }

  private Set<String> files(String path) throws IOException {
    Storage storage = options.open(path);
    Set<String> fingerprints = new TreeSet<>();
    if (Glob.isGlob(path)) {
      for (StoredFile file : Glob.parse(path).matches(storage)) {
        add(file, storage, fingerprints);
      }
    } else {
      Optional<StoredFile> file = storage.find(path);
      if (file.isPresent()) {
        add(file.get(), storage, fingerprints);
      }
    }
    return fingerprints;
  }

  /** A file, or all below a directory, as inputs are read. */
  private static void add(StoredFile file, Storage storage, Set<String> fingerprints)
      throws IOException {
    if (!file.directory()) {
      fingerprints.add(fingerprint(file));
      return;
    }
    for (StoredFile child : storage.list(file.path())) {
      if (!child.name().startsWith(".") && !child.name().startsWith("_")) {
        add(child, storage, fingerprints);
      }
    }
  }

  private static String fingerprint(StoredFile file) {
    return Long.toHexString(
        TextHash.of(file.path() + "\n" + file.length() + "\n" + file.version()));
  }
}
