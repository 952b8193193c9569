package dev.espalier.jobs.view;

import dev.espalier.eval.Cell;
import dev.espalier.eval.CellResult;
import dev.espalier.eval.SweepResults;
import dev.espalier.eval.page.SweepsOverTime;
import dev.espalier.eval.sweep.SweepFolder;
import dev.espalier.io.FileProblemException;
import dev.espalier.io.storage.Storage;
import dev.espalier.io.storage.StorageOptions;
import dev.espalier.io.storage.StoredFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Opens results by the path of their folder. */
public final class ResultsFolder {
  private static final String MANIFEST = "sweep.json";

  private final StorageOptions options;
  private final Map<String, SweepResults> opened = new LinkedHashMap<>();

  public ResultsFolder(StorageOptions options) {
    this.options = options;
  }

  /**
   * The results of a sweep, or those of all sweeps whose folders are in this one, by their names in
   * order: the axis {@link SweepsOverTime#AXIS} tells them apart.
   *
   * @return empty if there is no folder at the path, or no results in it
   */
  public Optional<SweepResults> find(String path) throws IOException {
    if (!opened.containsKey(path)) {
      Optional<SweepResults> found = read(path);
      if (found.isEmpty()) {
        return found;
      }
      opened.put(path, found.get());
    }
    return Optional.of(opened.get(path));
  }

  /**
   * The same.
   *
   * @throws FileProblemException if there are none
   */
  public SweepResults open(String path) throws IOException {
    return find(path).orElseThrow(() -> missing(path));
  }

  /** The labels of the results that a sweep's folder has kept, the earliest first. */
  List<String> labels(String path) throws IOException {
    return isSweep(options.open(path), path) ? SweepFolder.at(path, options).labels() : List.of();
  }

  /**
   * Results that a sweep's folder has kept, told apart by the axis {@link SweepsOverTime#AXIS}.
   *
   * @param label which of them
   */
  SweepResults kept(String path, String label) throws IOException {
    String key = path + "\n" + label;
    if (!opened.containsKey(key)) {
      opened.put(key, new SweepsOverTime(SweepFolder.history(path, options, label::equals)));
    }
    return opened.get(key);
  }

  /**
   * Results of a sweep's folder with those that it has kept, as far as they differ: of several with
   * equal cells the last.
   *
   * @param most how many, the latest
   * @return by their labels, the earliest first
   */
  public Map<String, SweepResults> days(String path, int most) throws IOException {
    Map<String, SweepResults> differing = new LinkedHashMap<>();
    List<Cell> before = List.of();
    String last = null;
    for (Map.Entry<String, SweepResults> day :
        (isSweep(options.open(path), path)
                ? SweepFolder.history(path, options, label -> true)
                : Map.<String, SweepResults>of())
            .entrySet()) {
      List<Cell> cells = day.getValue().cells().stream().map(CellResult::cell).toList();
      if (cells.equals(before)) {
        differing.remove(last);
      }
      differing.put(day.getKey(), day.getValue());
      before = cells;
      last = day.getKey();
    }
    List<String> labels = new ArrayList<>(differing.keySet());
    labels.subList(0, Math.max(0, labels.size() - most)).forEach(differing::remove);
    return differing;
  }

  /** Says that a folder holds no results. */
  static FileProblemException missing(String path) {
    return new FileProblemException(
        path + ": holds no results of a sweep",
        "Name the folder that espalier eval wrote, or one that holds several of them");
  }

  private Optional<SweepResults> read(String path) throws IOException {
    Storage storage = options.open(path);
    if (isSweep(storage, path)) {
      return Optional.of(SweepFolder.open(path, options));
    }
    Optional<StoredFile> there = storage.find(path);
    if (storage.hasDirectories() && (there.isEmpty() || !there.get().directory())) {
      return Optional.empty();
    }
    Map<String, SweepResults> sweeps = new LinkedHashMap<>();
    for (StoredFile child : storage.list(path)) {
      if (child.directory() && isSweep(storage, child.path())) {
        sweeps.put(child.name(), SweepFolder.open(child.path(), options));
      }
    }
    return sweeps.isEmpty() ? Optional.empty() : Optional.of(new SweepsOverTime(sweeps));
  }

  private static boolean isSweep(Storage storage, String path) throws IOException {
    return storage.find(Storage.child(path, MANIFEST)).isPresent();
  }
}
