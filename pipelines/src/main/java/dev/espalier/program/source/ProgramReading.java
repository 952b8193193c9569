package dev.espalier.program.source;

import dev.espalier.program.Program;
import dev.espalier.program.source.FileReader.ReadFile;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.yaml.snakeyaml.nodes.Node;

/** Reads a program file and, once each, the files that it calls. Used once. */
final class ProgramReading {
  private final Function<String, Optional<String>> lookup;
  private final Problems problems = new Problems();
  private final SortedMap<String, String> texts = new TreeMap<>();
  private final Map<String, Optional<ReadFile>> read = new LinkedHashMap<>();
  private final Deque<String> open = new ArrayDeque<>();

  /**
   * @param lookup the text of the file at a path
   */
  ProgramReading(Function<String, Optional<String>> lookup) {
    this.lookup = lookup;
  }

  /**
   * @throws InvalidProgramException with all that is wrong
   */
  Program read(String name, String text) {
    Optional<ReadFile> main = readFile(name, text);
    main.ifPresent(
        file -> {
          if (!file.parameters().isEmpty()) {
            problems.add(
                name,
                1,
                1,
                "the file has parameters, so that it must be called",
                "move them to `vars:`, or call the file from another");
          }
        });
    problems.throwIfAny();
    return main.orElseThrow().program();
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

  private Optional<ReadFile> called(String path, String caller, Node at) {
    Path directory = Path.of(caller).getParent();
    Path resolved = directory == null ? Path.of(path) : directory.resolve(path);
    String target = resolved.normalize().toString().replace('\\', '/');
    if (open.contains(target)) {
      problems.add(
          caller,
          at,
          "the program calls itself: " + String.join(" → ", open) + " → " + target,
          "use `for` to repeat steps");
      return Optional.empty();
    }
    if (read.containsKey(target)) {
      return read.get(target);
    }
    try {
      Optional<String> text = lookup.apply(target);
      if (text.isPresent()) {
        return readFile(target, text.get());
      }
      problems.add(caller, at, "there is no file " + target, "paths start at the calling file");
    } catch (ProgramFile.CallFailedException e) {
      problems.add(
          caller, at, target + " cannot be read: " + e.getMessage(), "mend the file's encoding");
    }
    return Optional.empty();
  }
}
