package dev.espalier.eval.twin;

import dev.espalier.eval.metric.Aggregation;
import dev.espalier.eval.metric.MetricFunction;
import dev.espalier.eval.metric.ResultsFunction;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The twins of one Python file.
 *
 * @param paths how the path of the file ends: {@code hellaswag/utils.py}
 * @param prints {@linkplain PythonPrint fingerprints} of the texts that the twins were written from
 * @param functions by their names in the file
 */
record TwinModule(List<String> paths, Set<String> prints, Map<String, Object> functions) {

  /** A module whose twins are added by the methods below. */
  static TwinModule of(String path, String... prints) {
    return new TwinModule(List.of(path), Set.of(prints), new LinkedHashMap<>());
  }

  static TwinModule of(List<String> paths, String... prints) {
    return new TwinModule(paths, Set.of(prints), new LinkedHashMap<>());
  }

  TwinModule document(String name, DocumentFunction twin) {
    functions.put(name, twin);
    return this;
  }

  TwinModule documents(String name, DocumentsFunction twin) {
    functions.put(name, twin);
    return this;
  }

  TwinModule results(String name, ResultsFunction twin) {
    functions.put(name, twin);
    return this;
  }

  TwinModule metric(String name, MetricFunction twin) {
    functions.put(name, twin);
    return this;
  }

  TwinModule aggregation(String name, Aggregation twin) {
    functions.put(name, twin);
    return this;
  }

  /** How many characters of a path one of {@link #paths} is the end of; 0 for none. */
  int match(String path) {
    return paths.stream()
        .filter(each -> path.equals(each) || path.endsWith("/" + each))
        .mapToInt(String::length)
        .max()
        .orElse(0);
  }
}
