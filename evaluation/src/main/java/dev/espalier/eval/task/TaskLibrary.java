package dev.espalier.eval.task;

import dev.espalier.io.storage.StorageOptions;
import dev.espalier.row.Problem;
import dev.espalier.yaml.NearestName;
import dev.espalier.yaml.YamlMapping;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Directories of task files. Used by one thread. */
public final class TaskLibrary {
  private final TaskFiles files;
  private final TaskIndex index;
  private final List<String> directories;

  private TaskLibrary(TaskFiles files, TaskIndex index, List<String> directories) {
    this.files = files;
    this.index = index;
    this.directories = directories;
  }

  /** As {@link #open(List, StorageOptions)} on file systems as they are set up. */
  public static TaskLibrary open(List<String> directories) throws TaskException {
    return open(directories, StorageOptions.defaults());
  }

  /**
   * Reads which names the files below the directories define. Those of a later directory replace
   * those of an earlier one.
   *
   * @throws TaskException if a directory cannot be read
   */
  public static TaskLibrary open(List<String> directories, StorageOptions storage)
      throws TaskException {
    TaskFiles files = new TaskFiles(storage);
    List<Problem> problems = new ArrayList<>();
    for (String directory : directories) {
      try {
        if (files.find(directory).filter(found -> found.directory()).isEmpty()) {
          problems.add(new Problem(directory, "there is no such directory", "check the path"));
        }
      } catch (IOException e) {
        problems.add(new Problem(directory, "it cannot be read: " + e.getMessage(), "check it"));
      }
    }
    if (!problems.isEmpty()) {
      throw new TaskException(problems);
    }
    try {
      return new TaskLibrary(files, TaskIndex.of(directories, files), directories);
    } catch (IOException e) {
      throw new TaskException(
          String.join(", ", directories), "it cannot be read: " + e.getMessage(), "check it");
    }
  }

  /** All names of tasks, groups and tags, sorted. */
  public List<String> names() {
    return List.copyOf(index.names());
  }

  /** The names of tasks, sorted. */
  public List<String> taskNames() {
    return index.names().stream()
        .filter(name -> index.get(name).orElseThrow().kind() == TaskIndex.Kind.TASK)
        .toList();
  }

  /** Names that two files define. */
  public List<Problem> warnings() {
    return index.warnings();
  }

  /**
   * Reads tasks and groups.
   *
   * @param names of tasks, groups and tags, patterns of them ({@code mmlu_*}), or paths of files
   *     that end in {@code .yaml}
   * @throws TaskException with all that is wrong with any of them
   */
  public TaskSelection find(List<String> names) throws TaskException {
    return find(names, Map.of());
  }

  /**
   * The same with other fields in place of those of the tasks' files.
   *
   * @param fields of every task that is found, by name; groups give theirs to their tasks before
   */
  public TaskSelection find(List<String> names, Map<String, YamlMapping.Entry> fields)
      throws TaskException {
    SelectionBuilder builder = new SelectionBuilder(files, index, fields);
    for (String name : names) {
      if (name.endsWith(".yaml") || name.endsWith(".yml")) {
        addFile(name, builder);
      } else if (index.get(name).isPresent()) {
        builder.add(name);
      } else {
        addMatches(name, builder);
      }
    }
    return builder.selection();
  }

  private void addFile(String path, SelectionBuilder builder) {
    TaskFiles.TaskFile file = files.read(path);
    if (!file.problems().isEmpty()) {
      builder.problems().addAll(file.problems());
      return;
    }
    Optional<TaskIndex.Kind> kind = TaskIndex.kind(file);
    Optional<String> name = kind.flatMap(known -> TaskIndex.name(file, known));
    if (name.isEmpty()) {
      builder
          .problems()
          .add(
              new Problem(
                  path, "the file names no task and no group", "write `task: NAME` into it"));
      return;
    }
    builder.add(file, kind.get(), name.get());
  }

  private void addMatches(String name, SelectionBuilder builder) {
    Pattern pattern = NamePattern.of(name);
    List<String> matches =
        NamePattern.isPattern(name)
            ? index.names().stream().filter(each -> pattern.matcher(each).matches()).toList()
            : List.of();
    matches.forEach(builder::add);
    if (matches.isEmpty()) {
      String where =
          directories.isEmpty()
              ? "no directory is given"
              : "not in " + String.join(", ", directories);
      builder
          .problems()
          .add(
              new Problem(
                  name,
                  "there is no task, group or tag of this name, " + where,
                  NearestName.of(name, index.names())
                      .map(near -> "did you mean " + near + "?")
                      .orElse("name a directory of task files that has it")));
      builder.problems().addAll(index.unreadable().stream().limit(10).toList());
    }
  }

  /** The fields of a file, for messages. */
  static YamlMapping.Entry field(TaskFiles.TaskFile file, String name) {
    return file.fields().get(name);
  }
}
