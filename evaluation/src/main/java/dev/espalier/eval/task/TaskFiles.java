package dev.espalier.eval.task;

import dev.espalier.io.storage.Storage;
import dev.espalier.io.storage.StorageOptions;
import dev.espalier.io.storage.StoredFile;
import dev.espalier.row.Problem;
import dev.espalier.yaml.YamlDocument;
import dev.espalier.yaml.YamlLimits;
import dev.espalier.yaml.YamlMapping;
import dev.espalier.yaml.YamlNode;
import dev.espalier.yaml.YamlPlace;
import dev.espalier.yaml.YamlProblem;
import dev.espalier.yaml.YamlReader;
import dev.espalier.yaml.YamlScalar;
import dev.espalier.yaml.YamlSchema;
import dev.espalier.yaml.YamlSequence;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads task files and what they include, each file once. Used by one thread. */
final class TaskFiles {
  private static final Set<String> LEFT_OUT = Set.of("__pycache__", ".ipynb_checkpoints");
  private static final String INCLUDE = "include";

  /**
   * A task file with all that it includes.
   *
   * @param fields by name; of those that are given several times the one that counts
   * @param problems of reading; empty fields if it could not be read at all
   */
  record TaskFile(
      String path,
      Map<String, YamlMapping.Entry> fields,
      List<Problem> problems,
      List<Problem> warnings) {}

  /** What one file says by itself. */
  private record Read(Optional<YamlMapping> root, List<Problem> problems, List<Problem> warnings) {}

  private final StorageOptions storage;
  private final YamlReader reader = new YamlReader(YamlSchema.PYYAML, YamlLimits.DEFAULT);
  private final Map<String, Read> known = new HashMap<>();

  TaskFiles(StorageOptions storage) {
    this.storage = storage;
  }

  /** The paths of all files below a directory whose names end in {@code .yaml}, sorted. */
  List<String> list(String directory) throws IOException {
    List<String> paths = new ArrayList<>();
    Storage files = storage.open(directory);
    Deque<String> open = new ArrayDeque<>(List.of(directory));
    while (!open.isEmpty()) {
      for (StoredFile file : files.list(open.pop())) {
        if (file.directory()) {
          if (!LEFT_OUT.contains(file.name())) {
            open.push(file.path());
          }
        } else if (file.name().endsWith(".yaml")) {
          paths.add(file.path());
        }
      }
    }
    paths.sort(null);
    return paths;
  }

  Optional<StoredFile> find(String path) throws IOException {
    return storage.open(path).find(path);
  }

  /** The text of a file. */
  String text(String path) throws IOException {
    try (InputStream in = storage.open(path).input(path).newStream()) {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(in.readAllBytes()))
          .toString();
    }
  }

  /** The path of {@code name} beside the file {@code path}. */
  static String beside(String path, String name) {
    if (name.startsWith("/") || name.matches("[A-Za-z][A-Za-z0-9+.-]*://.*")) {
      return name;
    }
    int slash = path.lastIndexOf('/');
    Deque<String> directory = new ArrayDeque<>();
    for (String part : (slash < 0 ? "" : path.substring(0, slash)).split("/", -1)) {
      directory.addLast(part);
    }
    if (slash < 0) {
      directory.clear();
    }
    for (String part : name.split("/", -1)) {
      boolean mayRise = !directory.isEmpty() && !directory.peekLast().matches("|\\.\\.?");
      if (part.equals("..") && mayRise) {
        directory.removeLast();
      } else if (!part.equals(".") && !part.isEmpty()) {
        directory.addLast(part);
      }
    }
    return String.join("/", directory);
  }

  TaskFile read(String path) {
    List<Problem> problems = new ArrayList<>();
    List<Problem> warnings = new ArrayList<>();
    Map<String, YamlMapping.Entry> fields =
        merged(path, YamlPlace.of(path), new ArrayList<>(), problems, warnings);
    return new TaskFile(path, fields, problems, warnings);
  }

  private Map<String, YamlMapping.Entry> merged(
      String path,
      YamlPlace from,
      List<String> chain,
      List<Problem> problems,
      List<Problem> warnings) {
    if (chain.contains(path)) {
      chain.add(path);
      problems.add(
          new Problem(
              from.toString(),
              "task files include each other in a circle: " + String.join(" > ", chain),
              "remove one of these includes"));
      return Map.of();
    }
    Read read = known.computeIfAbsent(path, file -> readOne(file, from));
    problems.addAll(read.problems);
    warnings.addAll(read.warnings);
    if (read.root.isEmpty()) {
      return Map.of();
    }
    Map<String, YamlMapping.Entry> own = new LinkedHashMap<>(read.root.get().entries());
    YamlMapping.Entry include = own.remove(INCLUDE);
    if (include == null) {
      return own;
    }
    Map<String, YamlMapping.Entry> merged = new LinkedHashMap<>();
    for (YamlScalar each : includes(include.value(), problems)) {
      List<String> longer = new ArrayList<>(chain);
      longer.add(path);
      Map<String, YamlMapping.Entry> included =
          new LinkedHashMap<>(
              merged(beside(path, each.text()), each.place(), longer, problems, warnings));
      included.remove("task_list");
      merged.putAll(included);
    }
    merged.putAll(own);
    return merged;
  }

  private static List<YamlScalar> includes(YamlNode node, List<Problem> problems) {
    List<YamlScalar> includes = new ArrayList<>();
    for (YamlNode item : node instanceof YamlSequence list ? list.items() : List.of(node)) {
      if (item instanceof YamlScalar scalar && scalar.isText()) {
        includes.add(scalar);
      } else {
        problems.add(
            new Problem(
                item.place().toString(),
                "`include` names a file, but this is " + item.kind(),
                "write the path of a task file"));
      }
    }
    return includes;
  }

  private Read readOne(String path, YamlPlace from) {
    try {
      if (find(path).isEmpty()) {
        return refused(from, "there is no file " + path, "check the path");
      }
      YamlDocument document = reader.document(path, text(path));
      List<Problem> problems = new ArrayList<>(problems(document.problems()));
      Optional<YamlMapping> root =
          document.root().filter(YamlMapping.class::isInstance).map(YamlMapping.class::cast);
      if (root.isEmpty() && problems.isEmpty()) {
        problems.add(
            new Problem(
                path + ":1:1",
                "a task file is a mapping, but this is "
                    + document.root().map(YamlNode::kind).orElse("empty"),
                "begin with `task: NAME` or `group: NAME`"));
      }
      return new Read(root, problems, problems(document.warnings()));
    } catch (CharacterCodingException e) {
      return refused(YamlPlace.of(path), "it is not text in UTF-8", "write it as UTF-8");
    } catch (IOException e) {
      return refused(from, path + " cannot be read: " + e.getMessage(), "check the file");
    }
  }

  private static Read refused(YamlPlace place, String message, String remedy) {
    Problem problem = new Problem(place.toString(), message, remedy);
    return new Read(Optional.empty(), List.of(problem), List.of());
  }

  private static List<Problem> problems(List<YamlProblem> problems) {
    return problems.stream()
        .map(each -> new Problem(each.place().toString(), each.message(), each.remedy()))
        .toList();
  }
}
