package dev.espalier.eval.task;

import dev.espalier.row.Problem;
import dev.espalier.yaml.YamlMapping;
import dev.espalier.yaml.YamlNode;
import dev.espalier.yaml.YamlScalar;
import dev.espalier.yaml.YamlSequence;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The names that directories of task files define. */
final class TaskIndex {
  /** What a name stands for. */
  enum Kind {
    TASK,
    GROUP,
    TAG
  }

  /**
   * A name.
   *
   * @param path of its file; empty for a tag
   * @param tasks that have the tag, sorted
   */
  record Entry(String name, Kind kind, String path, TreeSet<String> tasks) {}

  private final Map<String, Entry> entries = new TreeMap<>();
  private final List<Problem> unreadable = new ArrayList<>();
  private final List<Problem> warnings = new ArrayList<>();

  /** Reads all files below the directories; a later directory's names replace an earlier one's. */
  static TaskIndex of(List<String> directories, TaskFiles files) throws IOException {
    TaskIndex index = new TaskIndex();
    for (String directory : directories) {
      index.add(files.list(directory), files);
    }
    return index;
  }

  private void add(List<String> paths, TaskFiles files) {
    Map<String, Entry> own = new TreeMap<>();
    for (String path : paths) {
      TaskFiles.TaskFile file = files.read(path);
      if (file.problems().isEmpty()) {
        add(file, own);
      } else {
        unreadable.addAll(file.problems());
      }
    }
    own.forEach(
        (name, entry) -> {
          Entry former = entries.put(name, entry);
          if (former != null && entry.kind() != Kind.TAG) {
            warnings.add(
                new Problem(
                    entry.path(),
                    "`" + name + "` is also in " + former.path(),
                    "the file of the later directory counts"));
          }
        });
  }

  private void add(TaskFiles.TaskFile file, Map<String, Entry> own) {
    Optional<Kind> kind = kind(file);
    Optional<String> name = kind.flatMap(known -> name(file, known));
    if (name.isEmpty()) {
      return;
    }
    Entry former = own.get(name.get());
    if (former != null) {
      if (former.kind() != Kind.TAG) {
        warnings.add(
            new Problem(
                file.path(),
                "`" + name.get() + "` is also in " + former.path(),
                "the first file counts"));
      }
      return;
    }
    own.put(name.get(), new Entry(name.get(), kind.get(), file.path(), new TreeSet<>()));
    if (kind.get() == Kind.TASK) {
      for (String tag : texts(file.fields().get("tag"))) {
        own.computeIfAbsent(tag, each -> new Entry(each, Kind.TAG, "", new TreeSet<>()))
            .tasks()
            .add(name.get());
      }
    }
  }

  /** Whether a file is of a task or a group; empty if it is for others to include. */
  static Optional<Kind> kind(TaskFiles.TaskFile file) {
    Set<String> names = new HashSet<>(file.fields().keySet());
    if (names.contains("group") && !names.contains("class")) {
      return Optional.of(Kind.GROUP);
    }
    return names.contains("task") ? Optional.of(Kind.TASK) : Optional.empty();
  }

  static Optional<String> name(TaskFiles.TaskFile file, Kind kind) {
    List<String> names = texts(file.fields().get(kind == Kind.GROUP ? "group" : "task"));
    return names.size() == 1 ? Optional.of(names.get(0)) : Optional.empty();
  }

  private static List<String> texts(YamlMapping.Entry entry) {
    if (entry == null) {
      return List.of();
    }
    List<String> texts = new ArrayList<>();
    YamlNode value = entry.value();
    for (YamlNode item : value instanceof YamlSequence list ? list.items() : List.of(value)) {
      if (item instanceof YamlScalar scalar && !scalar.isNull()) {
        texts.add(scalar.text());
      }
    }
    return texts;
  }

  Optional<Entry> get(String name) {
    return Optional.ofNullable(entries.get(name));
  }

  /** All names, sorted. */
  Set<String> names() {
    return entries.keySet();
  }

  /** Of files that define no name since they cannot be read. */
  List<Problem> unreadable() {
    return unreadable;
  }

  List<Problem> warnings() {
    return warnings;
  }
}
