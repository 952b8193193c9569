package dev.espalier.eval.sweep;

import dev.espalier.eval.Cell;
import dev.espalier.eval.TaskGroup;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What {@code sweep.json} says: which cells a sweep has, and what they are called.
 *
 * @param name of the sweep
 * @param cells in the sweep's order
 * @param groups of tasks, those that hold others first
 * @param names of combinations: what each chooses, by axis
 */
public record SweepManifest(
    String name, List<Cell> cells, List<TaskGroup> groups, Map<String, Map<String, String>> names) {
  public SweepManifest {
    Objects.requireNonNull(name, "name");
    cells = List.copyOf(cells);
    groups = List.copyOf(groups);
    names = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(names));
  }

  String json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("format", 1L);
    json.put("name", name);
    json.put(
        "cells",
        cells.stream()
            .map(
                cell -> {
                  Map<String, Object> one = new LinkedHashMap<>();
                  one.put("id", cell.id());
                  one.put("model", cell.model());
                  one.put("task", cell.task());
                  one.put("axes", cell.axes());
                  return one;
                })
            .toList());
    json.put("groups", groups.stream().map(SweepManifest::group).toList());
    json.put("names", names);
    return ValueJson.of(json) + "\n";
  }

  private static Map<String, Object> group(TaskGroup group) {
    Map<String, Object> one = new LinkedHashMap<>();
    one.put("name", group.name());
    one.put("alias", group.alias());
    one.put("version", group.version().orElse(null));
    one.put("members", group.members());
    one.put(
        "aggregates",
        group.aggregates().stream()
            .map(
                aggregate -> {
                  Map<String, Object> of = new LinkedHashMap<>();
                  of.put("metric", aggregate.metric());
                  of.put("aggregation", aggregate.aggregation());
                  of.put("weight_by_size", aggregate.weightBySize());
                  of.put("filters", aggregate.filters());
                  return of;
                })
            .toList());
    return one;
  }

  /**
   * Reads what {@link #json} gives.
   *
   * @throws IllegalArgumentException if it is something else
   */
  static SweepManifest read(String json) {
    try {
      Map<String, Object> read = ValueJson.readMap(json);
      List<Cell> cells = new ArrayList<>();
      for (Object item : (List<?>) read.get("cells")) {
        Map<?, ?> cell = (Map<?, ?>) item;
        cells.add(
            new Cell(
                (String) cell.get("id"),
                (String) cell.get("model"),
                (String) cell.get("task"),
                texts(cell.get("axes"))));
      }
      List<TaskGroup> groups = new ArrayList<>();
      for (Object item : (List<?>) read.get("groups")) {
        groups.add(group((Map<?, ?>) item));
      }
      Map<String, Map<String, String>> names = new LinkedHashMap<>();
      ((Map<?, ?>) read.get("names"))
          .forEach((name, axes) -> names.put((String) name, texts(axes)));
      return new SweepManifest((String) read.get("name"), cells, groups, names);
    } catch (ClassCastException | NullPointerException e) {
      throw new IllegalArgumentException("no manifest of a sweep: " + e.getMessage(), e);
    }
  }

  private static TaskGroup group(Map<?, ?> group) {
    List<TaskGroup.Aggregate> aggregates = new ArrayList<>();
    for (Object item : (List<?>) group.get("aggregates")) {
      Map<?, ?> aggregate = (Map<?, ?>) item;
      aggregates.add(
          new TaskGroup.Aggregate(
              (String) aggregate.get("metric"),
              (String) aggregate.get("aggregation"),
              (Boolean) aggregate.get("weight_by_size"),
              list(aggregate.get("filters"))));
    }
    return new TaskGroup(
        (String) group.get("name"),
        (String) group.get("alias"),
        Optional.ofNullable((String) group.get("version")),
        list(group.get("members")),
        aggregates);
  }

  private static List<String> list(Object texts) {
    return ((List<?>) texts).stream().map(String.class::cast).toList();
  }

  private static Map<String, String> texts(Object map) {
    Map<String, String> texts = new LinkedHashMap<>();
    ((Map<?, ?>) map).forEach((name, text) -> texts.put((String) name, (String) text));
    return texts;
  }
}
