package dev.espalier.eval.page;

import dev.espalier.eval.Cell;
import dev.espalier.eval.CellResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a sweep varies beside models and tasks. An axis with one value is none; over seeds scores
 * are averaged; a choice of all others is a setting.
 */
final class Settings {
  /** Its values are as good as each other. */
  static final String SEED = "seed";

  private final Map<String, List<String>> axes = new LinkedHashMap<>();
  private final List<String> seeds;
  private final List<Map<String, String>> all;

  Settings(List<CellResult> results) {
    Map<String, Set<String>> values = new LinkedHashMap<>();
    for (CellResult result : results) {
      result
          .cell()
          .axes()
          .forEach(
              (axis, value) ->
                  values.computeIfAbsent(axis, key -> new LinkedHashSet<>()).add(value));
    }
    Set<String> ofSeed = values.remove(SEED);
    seeds = ofSeed == null ? List.of() : List.copyOf(ofSeed);
    values.forEach(
        (axis, found) -> {
          if (found.size() > 1) {
            axes.put(axis, List.copyOf(found));
          }
        });
    Set<Map<String, String>> settings = new LinkedHashSet<>();
    results.forEach(result -> settings.add(of(result.cell())));
    all = new ArrayList<>(settings);
  }

  /** Names of axes and their values. */
  Map<String, List<String>> axes() {
    return axes;
  }

  /** More than one if scores are averaged over them. */
  List<String> seeds() {
    return seeds;
  }

  /** Those that some cell has. */
  List<Map<String, String>> all() {
    return all;
  }

  Map<String, String> of(Cell cell) {
    Map<String, String> setting = new LinkedHashMap<>();
    axes.keySet().forEach(axis -> setting.put(axis, cell.axes().getOrDefault(axis, "")));
    return setting;
  }

  int indexOf(Cell cell) {
    return all.indexOf(of(cell));
  }

  /** Which of the seeds; empty if there are none. */
  static String seed(Cell cell) {
    return cell.axes().getOrDefault(SEED, "");
  }
}
