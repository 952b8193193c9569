package dev.espalier.program.source;

import dev.espalier.program.source.FileReader.ReadFile;
import dev.espalier.yaml.YamlNode;
import dev.espalier.yaml.YamlPlace;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/** Reads a program file and, once each, the files that it calls. Used once. */
final class ProgramReading {
  private static final int MOST_CALLS = 50;
  private static final int MOST_FILES = 1000;

  private final Function<String, Optional<String>> lookup;
  private final Optional<TargetModel> model;
  private final Problems problems = new Problems();
  private final SortedMap<String, String> texts = new TreeMap<>();
  private final Map<String, Optional<ReadFile>> read = new LinkedHashMap<>();
  private final Deque<String> open = new ArrayDeque<>();

  /**
   * @param lookup the text of the file at a path
   * @param model what is wrong for it is said when something else is wrong
   */
  ProgramReading(Function<String, Optional<String>> lookup, Optional<TargetModel> model) {
    this.lookup = lookup;
    this.model = model;
  }

  /**
   * @throws InvalidProgramException with all that is wrong
   */
  ReadFile read(String name, String text) {
    Optional<ReadFile> main = readFile(name, text);
    if (main.isPresent() && !main.get().parameters().isEmpty()) {
      problems.add(
          new YamlPlace(name, 1, 1),
          "the file has parameters, so that it must be called",
          "move them to `vars:`, or call the file from another");
    }
    if (problems.count() > 0 && main.isPresent() && model.isPresent()) {
      main.get().modelUses().forEach(use -> use.check(model.get(), problems));
    }
    problems.throwIfAny(main.map(ReadFile::fields).orElse(List.of()));
    return main.orElseThrow();
  }

  /** What was found while reading. */
  Problems problems() {
    return problems;
  }

  SortedMap<String, String> texts() {
    return texts;
  }

  private Optional<ReadFile> readFile(String path, String text) {
    texts.put(path, text);
    open.addLast(path);
    SortedMap<String, String> known = texts;
    ProgramFile source = new ProgramFile(path, known);
    Optional<ReadFile> file = new FileReader(source, path, problems, this::called).read(text);
    open.removeLast();
    read.put(path, file);
    return file;
  }

  private Optional<ReadFile> called(String path, String caller, YamlNode at) {
    Optional<String> target = CalledPath.of(path, caller);
    if (target.isEmpty()) {
      problems.add(
          at.place(),
          "`call` leaves the folder of the program",
          "put the called file below it, and write a path relative to the calling file");
      return Optional.empty();
    }
    return calledFile(target.get(), at);
  }

  private Optional<ReadFile> calledFile(String target, YamlNode at) {
    if (open.contains(target)) {
      problems.add(
          at.place(),
          "the program calls itself: " + String.join(" → ", open) + " → " + target,
          "use `for` to repeat steps");
      return Optional.empty();
    } else if (read.containsKey(target)) {
      return read.get(target);
    } else if (open.size() >= MOST_CALLS || read.size() >= MOST_FILES) {
      problems.add(
          at.place(),
          "the program has more than " + MOST_FILES + " files, or calls " + MOST_CALLS + " deep",
          "put the steps of several files into one");
      return Optional.empty();
    }
    try {
      Optional<String> text = lookup.apply(target);
      if (text.isPresent()) {
        return readFile(target, text.get());
      }
      problems.add(at.place(), "there is no file " + target, "paths start at the calling file");
    } catch (UnreadableFileException e) {
      problems.add(at.place(), target + " cannot be read: " + e.getMessage(), e.remedy());
    }
    return Optional.empty();
  }
}
