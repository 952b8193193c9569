package dev.espalier.eval.sweep;

import dev.espalier.eval.Cell;
import dev.espalier.eval.CellResult;
import dev.espalier.eval.Sample;
import dev.espalier.eval.SweepResults;
import dev.espalier.eval.TaskGroup;
import dev.espalier.io.FileProblemException;
import dev.espalier.io.storage.Storage;
import dev.espalier.io.storage.StorageOptions;
import dev.espalier.io.storage.StoredFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The directory of a sweep.
 *
 * <pre>
 *   sweep.json                    which cells the last sweep had: {@link SweepManifest}
 *   cells/ID/result.json          of a cell that is done, also of earlier sweeps: {@link CellFacts}
 *   cells/ID/samples.parquet      its samples
 *   harness/MODEL/…/              results and samples as lm-evaluation-harness writes them
 *   _espalier/cost/ID.json        what it cost: {@link CellCost}
 *   _espalier/history/LABEL.json  the manifest of a day: {@link SweepDay}
 *   _espalier/lock/               who writes here
 *   _espalier/requests, answers, steps    of models, while they run and for later sweeps
 * </pre>
 *
 * <p>All but {@code _espalier} depends on nothing but the sweep's content.
 */
public final class SweepFolder {
  private final String path;
  private final Storage storage;

  private SweepFolder(String path, Storage storage) {
    this.path = path;
    this.storage = storage;
  }

  /** The directory at {@code path}, there or not. */
  public static SweepFolder at(String path, StorageOptions options) throws IOException {
    return new SweepFolder(path, options.open(path));
  }

  /**
   * Opens the results of a sweep that has ended.
   *
   * @throws FileProblemException if there are none, or they are not whole
   */
  public static SweepResults open(String path, StorageOptions options) throws IOException {
    return at(path, options).results();
  }

  /** The same on the file systems that are reached without settings. */
  public static SweepResults open(String path) throws IOException {
    return open(path, StorageOptions.defaults());
  }

  /** A path in the directory that is no result. */
  public String internal(String name) {
    return Storage.child(path, "_espalier/" + name);
  }

  private String result(String id) {
    return Storage.child(path, "cells/" + id + "/result.json");
  }

  private String samples(String id) {
    return Storage.child(path, "cells/" + id + "/samples.parquet");
  }

  /**
   * What is known of a cell that is done and whole; empty if it has to be computed.
   *
   * @param damaged is told of a cell that is not as it was written
   */
  public Optional<CellFacts> whole(String id, Consumer<String> damaged) throws IOException {
    try {
      Optional<CellFacts> facts = facts(id);
      if (facts.isPresent() && !facts.get().samples().equals(SampleSeal.of(storage, samples(id)))) {
        damaged.accept(samples(id) + ": is not as it was written");
        return Optional.empty();
      }
      return facts;
    } catch (FileProblemException e) {
      damaged.accept(e.problem());
      return Optional.empty();
    }
  }

  /** What is known of a cell; empty if it is not done. */
  public Optional<CellFacts> facts(String id) throws IOException {
    Optional<String> json = read(result(id));
    if (json.isEmpty() || storage.find(samples(id)).isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(CellFacts.read(json.get()));
    } catch (IllegalArgumentException e) {
      throw new FileProblemException(
          result(id) + ": " + e.getMessage(), "Run the sweep again, which makes it anew", e);
    }
  }

  /**
   * Writes a cell: its samples first, and its result, which says that it is done, last.
   *
   * @param facts that do not know the samples yet
   */
  public void write(String id, CellFacts facts, List<Sample> samples, CellCost cost)
      throws IOException {
    String aside = samples(id) + "." + UUID.randomUUID() + ".tmp";
    SampleFile.write(storage, aside, samples);
    storage.replace(aside, samples(id));
    storage.write(internal("cost/" + id + ".json"), cost.json().getBytes(StandardCharsets.UTF_8));
    CellFacts sealed = facts.with(SampleSeal.of(storage, samples(id)));
    storage.write(result(id), sealed.json().getBytes(StandardCharsets.UTF_8));
  }

  /** The samples of a cell that is done, in their order; the stream is to be closed. */
  public Stream<Sample> samplesOf(String id) throws IOException {
    return SampleFile.read(storage, samples(id));
  }

  /** Writes a file of results in another form, in place of the one that is there. */
  public void write(String name, byte[] content) throws IOException {
    storage.write(Storage.child(path, name), content);
  }

  /** Writes which cells there are. */
  public void write(SweepManifest manifest) throws IOException {
    storage.write(manifestPath(), manifest.json().getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Keeps which cells there are under a label, in place of what that stood for.
   *
   * @param at when this was, as ISO 8601 with its zone
   */
  public void keep(SweepManifest manifest, String label, String at) throws IOException {
    storage.write(
        internal("history/" + label + ".json"),
        new SweepDay(label, at, manifest).json().getBytes(StandardCharsets.UTF_8));
  }

  /** The labels of results that were kept, the earliest first. */
  public List<String> labels() throws IOException {
    return days().stream().map(SweepDay::label).toList();
  }

  private List<SweepDay> days() throws IOException {
    String history = internal("history");
    List<SweepDay> days = new ArrayList<>();
    if (storage.hasDirectories() && storage.find(history).isEmpty()) {
      return days;
    }
    for (StoredFile file : storage.list(history)) {
      if (!file.directory() && file.name().endsWith(".json")) {
        days.add(day(file.path()));
      }
    }
    days.sort(SweepDay.IN_TIME);
    return days;
  }

  private SweepDay day(String file) throws IOException {
    try {
      return SweepDay.read(read(file).orElse(""));
    } catch (IllegalArgumentException e) {
      throw new FileProblemException(
          file + ": " + e.getMessage(), "Remove it; that day is lost, its cells are not", e);
    }
  }

  /**
   * Opens the results that were kept under some labels.
   *
   * @return by their labels, the earliest first
   * @throws FileProblemException if they are not whole
   */
  public static Map<String, SweepResults> history(
      String path, StorageOptions options, Predicate<String> wanted) throws IOException {
    SweepFolder folder = at(path, options);
    Map<String, SweepResults> opened = new LinkedHashMap<>();
    for (SweepDay day : folder.days()) {
      if (wanted.test(day.label())) {
        opened.put(day.label(), folder.results(day.manifest()));
      }
    }
    return opened;
  }

  /** Removes what a process that was killed had not finished writing. */
  public void tidy() throws IOException {
    if (storage.find(path).isEmpty()) {
      return;
    }
    for (StoredFile file : storage.list(path)) {
      tidy(file);
    }
    for (String name : List.of("cost", "requests", "history")) {
      Optional<StoredFile> directory = storage.find(internal(name));
      if (directory.isPresent()) {
        tidy(directory.get());
      }
    }
  }

  private void tidy(StoredFile file) throws IOException {
    if (file.directory() && !file.name().equals("_espalier")) {
      for (StoredFile inside : storage.list(file.path())) {
        tidy(inside);
      }
    } else if (!file.directory() && file.name().endsWith(".tmp")) {
      storage.delete(file.path());
    }
  }

  private String manifestPath() {
    return Storage.child(path, "sweep.json");
  }

  private Optional<String> read(String file) throws IOException {
    if (storage.find(file).isEmpty()) {
      return Optional.empty();
    }
    try (InputStream in = storage.input(file).newStream()) {
      return Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  private SweepResults results() throws IOException {
    String json =
        read(manifestPath())
            .orElseThrow(
                () ->
                    new FileProblemException(
                        path + ": holds no results of a sweep (there is no sweep.json)",
                        "Run the sweep first: espalier eval SWEEP.yaml"));
    SweepManifest manifest;
    try {
      manifest = SweepManifest.read(json);
    } catch (IllegalArgumentException e) {
      throw new FileProblemException(
          manifestPath() + ": " + e.getMessage(), "Run the sweep again, which writes it", e);
    }
    return results(manifest);
  }

  private SweepResults results(SweepManifest manifest) throws IOException {
    List<CellResult> results = new ArrayList<>();
    Map<String, SampleSeal> seals = new HashMap<>();
    for (Cell cell : manifest.cells()) {
      CellFacts facts =
          facts(cell.id())
              .orElseThrow(
                  () ->
                      new FileProblemException(
                          result(cell.id()) + ": is missing", "Run the sweep again"));
      seals.put(cell.id(), facts.samples());
      CellCost cost =
          read(internal("cost/" + cell.id() + ".json"))
              .map(CellCost::read)
              .orElse(CellCost.UNKNOWN);
      results.add(
          new CellResult(
              cell,
              facts.scores(),
              facts.promptTokens(),
              cost.computedTokens(),
              facts.generatedTokens(),
              cost.seconds()));
    }
    return new Results(manifest, List.copyOf(results), seals);
  }

  private final class Results implements SweepResults {
    private final SweepManifest manifest;
    private final List<CellResult> cells;

    /** Of cells whose samples nobody has looked at yet; guarded by itself. */
    private final Map<String, SampleSeal> sealed;

    Results(SweepManifest manifest, List<CellResult> cells, Map<String, SampleSeal> seals) {
      this.manifest = manifest;
      this.cells = cells;
      this.sealed = seals;
    }

    @Override
    public String name() {
      return manifest.name();
    }

    @Override
    public List<CellResult> cells() {
      return cells;
    }

    @Override
    public List<TaskGroup> groups() {
      return manifest.groups();
    }

    @Override
    public Map<String, Map<String, String>> names() {
      return manifest.names();
    }

    @Override
    public Stream<Sample> samples(Cell cell) throws IOException {
      synchronized (sealed) {
        SampleSeal seal = sealed.get(cell.id());
        if (seal != null
            && !seal.equals(SampleSeal.of(storage, SweepFolder.this.samples(cell.id())))) {
          throw new FileProblemException(
              SweepFolder.this.samples(cell.id()) + ": is not as it was written",
              "Run the sweep again, which makes it anew");
        }
        sealed.remove(cell.id());
      }
      return samplesOf(cell.id());
    }
  }
}
