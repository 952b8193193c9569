package dev.espalier.eval.twin;

import dev.espalier.eval.metric.Aggregation;
import dev.espalier.eval.metric.MetricFunction;
import dev.espalier.eval.metric.ResultsFunction;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The twins of one Python file, or of several that are alike. */
final class TwinModule {

  /** Makes the twins of functions that are named by a rule. */
  @FunctionalInterface
  interface Family {
    /** The twin of a function of the file at {@code path}. */
    Optional<Object> twin(String function, String path, ModuleFiles files);
  }

  private final List<String> paths;
  private final Set<String> prints;
  private final Map<String, Object> functions = new HashMap<>();
  private Family family = (function, path, files) -> Optional.empty();

  private TwinModule(List<String> paths, Set<String> prints) {
    this.paths = paths;
    this.prints = prints;
  }

  /**
   * A module whose twins are added by the methods below.
   *
   * @param path how the path of the file ends, such as {@code hellaswag/utils.py}; a {@code *}
   *     stands for one directory
   * @param prints {@linkplain PythonPrint fingerprints} of the texts that the twins were written
   *     from
   */
  static TwinModule of(String path, String... prints) {
    return of(List.of(path), prints);
  }

  static TwinModule of(List<String> paths, String... prints) {
    return new TwinModule(paths, Set.of(prints));
  }

  TwinModule document(String name, DocumentFunction twin) {
    return add(name, twin);
  }

  TwinModule documents(String name, DocumentsFunction twin) {
    return add(name, twin);
  }

  TwinModule results(String name, ResultsFunction twin) {
    return add(name, twin);
  }

  TwinModule metric(String name, MetricFunction twin) {
    return add(name, twin);
  }

  TwinModule aggregation(String name, Aggregation twin) {
    return add(name, twin);
  }

  private TwinModule add(String name, Object twin) {
    functions.put(name, twin);
    return this;
  }

  TwinModule family(Family rule) {
    family = rule;
    return this;
  }

  boolean hasPrint(String print) {
    return prints.contains(print);
  }

  Optional<Object> twin(String function, String path, ModuleFiles files) {
    Object known = functions.get(function);
    return known != null ? Optional.of(known) : family.twin(function, path, files);
  }

  /** How many names of a path are the end that this module is known by; 0 if it is not. */
  int match(String path) {
    return paths.stream().mapToInt(each -> match(each, path)).max().orElse(0);
  }

  private static int match(String pattern, String path) {
    String[] wanted = pattern.split("/", -1);
    String[] names = path.split("/", -1);
    if (names.length < wanted.length) {
      return 0;
    }
    for (int i = 1; i <= wanted.length; i++) {
      String name = wanted[wanted.length - i];
      if (!name.equals("*") && !name.equals(names[names.length - i])) {
        return 0;
      }
    }
    return wanted.length;
  }
}
