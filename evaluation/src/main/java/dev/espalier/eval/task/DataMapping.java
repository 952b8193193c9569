package dev.espalier.eval.task;

import dev.espalier.row.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where the documents of data sets lie. Immutable.
 *
 * <p>An entry's key is the name of a task, {@code dataset_path/dataset_name}, or {@code
 * dataset_path}; the first of these that is there counts. Its value is a path for all splits, or a
 * mapping from a split to a path or a list of them. In a path, {@code {split}} and {@code {name}}
 * stand for the split and for {@code dataset_name}, and patterns are allowed.
 */
public final class DataMapping {
  /** No data set has files. */
  public static final DataMapping NONE = new DataMapping(Map.of());

  private static final String ALL = "";

  /** By key; each by split, {@link #ALL} being any other. */
  private final Map<String, Map<String, List<String>>> entries;

  private DataMapping(Map<String, Map<String, List<String>>> entries) {
    this.entries = entries;
  }

  /**
   * @param given as a YAML or JSON file has it
   * @param location for messages
   * @throws TaskException if a value is neither a path nor a mapping of them
   */
  public static DataMapping of(Map<String, ?> given, String location) throws TaskException {
    Map<String, Map<String, List<String>>> entries = new LinkedHashMap<>();
    List<Problem> problems = new ArrayList<>();
    given.forEach(
        (key, value) -> {
          Map<String, List<String>> splits = new LinkedHashMap<>();
          if (value instanceof Map<?, ?> map) {
            map.forEach((split, paths) -> splits.put(String.valueOf(split), paths(paths)));
          } else {
            splits.put(ALL, paths(value));
          }
          if (splits.isEmpty() || splits.containsValue(List.<String>of())) {
            problems.add(
                new Problem(
                    location,
                    "the data of " + key + " are no paths",
                    "write a path, or a mapping from each split to a path or a list of paths"));
          }
          entries.put(key, splits);
        });
    if (!problems.isEmpty()) {
      throw new TaskException(problems);
    }
    return new DataMapping(entries);
  }

  private static List<String> paths(Object value) {
    List<String> paths = new ArrayList<>();
    for (Object item : value instanceof List<?> list ? list : List.of(value)) {
      if (item instanceof String path && !path.isBlank()) {
        paths.add(path);
      }
    }
    return paths;
  }

  /** The paths of a split of a task's data set; empty if nothing is said of it. */
  Optional<List<String>> paths(TaskConfig task, String split) {
    List<String> keys = new ArrayList<>(List.of(task.name()));
    task.datasetPath()
        .ifPresent(
            path -> {
              task.datasetName().ifPresent(name -> keys.add(path + "/" + name));
              keys.add(path);
            });
    for (String key : keys) {
      Map<String, List<String>> splits = entries.getOrDefault(key, Map.of());
      List<String> paths = splits.getOrDefault(split, splits.get(ALL));
      if (paths != null) {
        String name = task.datasetName().orElse("default");
        return Optional.of(
            paths.stream()
                .map(path -> path.replace("{split}", split).replace("{name}", name))
                .toList());
      }
    }
    return Optional.empty();
  }
}
