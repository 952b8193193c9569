package dev.espalier.jobs;

import dev.espalier.io.storage.Storage;
import dev.espalier.io.storage.StorageOptions;
import dev.espalier.row.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The files of scheduled jobs, which may be replaced at any time: what does not check stays out,
 * and the last that did goes on, also after the scheduler was started anew. Thread-safe.
 */
final class LastGoodFiles {
  private final Storage storage;
  private final String directory;
  private final Map<String, Verdict> verdicts = new HashMap<>(); // guarded by this
  private final Map<String, String> stamps = new HashMap<>(); // guarded by this

  LastGoodFiles(Storage storage, String directory) {
    this.storage = storage;
    this.directory = directory;
  }

  /** What was found out about texts, so that it is not found out again. */
  private record Verdict(
      JobTexts texts, List<String> settings, List<Path> files, List<Problem> problems) {}

  /**
   * Which texts a run takes.
   *
   * @param instead of the files; none if the files themselves are good, or nothing better is known
   * @param notice what is wrong with the files; none if nothing is
   */
  record Choice(Optional<JobTexts> instead, Optional<String> notice) {}

  /** The same, but what is as it was when it was good is not read again. */
  synchronized Choice chooseIfChanged(JobCall call) throws IOException {
    if (call.job().isSweep()) {
      return ofSweep(call);
    }
    String stamp = stamp(call);
    if (!stamp.isEmpty() && stamp.equals(stamps.get(call.job().name()))) {
      return new Choice(Optional.empty(), Optional.empty());
    }
    Choice choice = choose(call);
    if (choice.notice().isEmpty()) {
      stamps.put(call.job().name(), stamp(call));
    } else {
      stamps.remove(call.job().name());
    }
    return choice;
  }

  /**
   * When the files of the last good texts were written, and how long they are; empty is unknown.
   */
  private String stamp(JobCall call) {
    Verdict good = verdicts.get(call.job().name());
    if (good == null) {
      return "";
    }
    StringBuilder stamp = new StringBuilder(String.join("\n", settings(call)));
    List<Path> all = new ArrayList<>(List.of(Path.of(call.job().file())));
    all.addAll(good.files);
    for (Path file : all) {
      stamp.append('\n').append(file).append(' ').append(file.toFile().lastModified());
      stamp.append(' ').append(file.toFile().length());
    }
    return stamp.toString();
  }

  private static List<String> settings(JobCall call) {
    List<String> words = call.words(List.of());
    return words.subList(4, words.size()); // without the time
  }

  /** Nothing stands for a sweep's file: what is done of it stays, whatever becomes of it. */
  private static Choice ofSweep(JobCall call) {
    List<Problem> problems;
    try {
      problems = call.sweep().reading().problems();
    } catch (ConfigurationException e) {
      problems = e.problems();
    }
    return new Choice(
        Optional.empty(),
        problems.isEmpty()
            ? Optional.empty()
            : Optional.of(problems.get(0).location() + ": " + problems.get(0).message()));
  }

  /** Looks at the files of a job, and remembers them if they are good. */
  synchronized Choice choose(JobCall call) throws IOException {
    if (call.job().isSweep()) {
      return ofSweep(call);
    }
    JobTexts.Reading now = JobTexts.read(call);
    List<Problem> problems = now.problems();
    if (now.texts().isPresent() && problems.isEmpty()) {
      problems = problems(call, now.texts().get());
    }
    Optional<JobTexts> stored = stored(call);
    if (problems.isEmpty()) {
      if (!stored.equals(now.texts())) {
        storage.write(path(call.job().name()), now.texts().orElseThrow().json());
      }
      return new Choice(Optional.empty(), Optional.empty());
    }
    String first = problems.get(0).location() + ": " + problems.get(0).message();
    String more = problems.size() == 1 ? "" : " (and " + (problems.size() - 1) + " more)";
    boolean goesOn =
        stored.isPresent()
            && !stored.equals(now.texts())
            && withTexts(call, stored.get(), programs -> filesProblems(call, programs)).isEmpty();
    return goesOn
        ? new Choice(stored, Optional.of(first + more + "; the last files that check go on"))
        : new Choice(Optional.empty(), Optional.of(first + more));
  }

  /** What is wrong with texts that are those of the files. */
  private List<Problem> problems(JobCall call, JobTexts texts) {
    List<String> withoutTime = settings(call);
    Verdict known = verdicts.get(call.job().name());
    if (known == null || !known.texts.equals(texts) || !known.settings.equals(withoutTime)) {
      List<Problem> problems = filesProblems(call, List.of());
      known = new Verdict(texts, withoutTime, texts.files(call), problems);
      if (!known.problems.isEmpty()) {
        return known.problems; // it may lie in what the texts name, which may come
      }
      verdicts.put(call.job().name(), known);
    }
    return known.problems;
  }

  private static List<Problem> filesProblems(JobCall call, List<String> programs) {
    try {
      return JobCheck.ofFiles(call.reading(programs));
    } catch (ConfigurationException e) {
      return e.problems();
    }
  }

  /** What is done with the programs of some texts, which settings of the job name. */
  interface Use<T> {
    T apply(List<String> programs);
  }

  /** Does something while texts stand for the files of a job. */
  @SuppressWarnings("try") // lent for as long as it is done
  static <T> T withTexts(JobCall call, JobTexts texts, Use<T> use) throws IOException {
    Path directory = Files.createTempDirectory("espalier-good-files");
    JobSurroundings lent = new TextsInstead(Path.of(call.job().file()), texts.job());
    try (LentSurroundings lending = LentSurroundings.lend(lent)) {
      return use.apply(texts.writePrograms(directory));
    } finally {
      StorageOptions.defaults().open("").delete(directory.toString());
    }
  }

  private record TextsInstead(Path file, String text) implements JobSurroundings {
    @Override
    public Optional<String> text(Path asked) {
      return Optional.of(text).filter(same -> asked.equals(file));
    }
  }

  /** The last good texts; none if the job of this name was another then. */
  private Optional<JobTexts> stored(JobCall call) throws IOException {
    String path = path(call.job().name());
    if (storage.find(path).isEmpty()) {
      return Optional.empty();
    }
    try (InputStream in = storage.input(path).newStream()) {
      return JobTexts.parse(in.readAllBytes()).filter(texts -> texts.areOf(call));
    }
  }

  private String path(String job) {
    return Storage.child(directory, job + ".json");
  }
}
