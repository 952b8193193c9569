package dev.espalier.eval.compare;

import dev.espalier.eval.TaskGroup;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Joins the differences of tasks to those of their groups. */
final class GroupComparer {
  private final TasksOfGroups groups;
  private final ComparisonOptions options;

  GroupComparer(List<TaskGroup> groups, ComparisonOptions options) {
    this.groups = new TasksOfGroups(groups);
    this.options = options;
  }

  /** For each choice of axes the groups all of whose tasks are compared, by one metric. */
  List<ComparedGroup> compare(Map<ComparedTask, PairedDifference> differences) {
    Map<Map<String, String>, Map<String, ComparedTask>> byAxes = new LinkedHashMap<>();
    for (ComparedTask task : differences.keySet()) {
      byAxes.computeIfAbsent(task.axes(), key -> new LinkedHashMap<>()).put(task.task(), task);
    }
    List<ComparedGroup> compared = new ArrayList<>();
    byAxes.forEach(
        (axes, tasks) -> {
          for (TaskGroup group : groups.groups()) {
            List<ComparedTask> below = groups.below(group).stream().map(tasks::get).toList();
            if (!below.isEmpty() && !below.contains(null) && haveOneMetric(below)) {
              compared.add(of(group, axes, below, differences));
            }
          }
        });
    return compared;
  }

  private static boolean haveOneMetric(List<ComparedTask> tasks) {
    return tasks.stream().map(ComparedTask::metric).distinct().count() == 1;
  }

  private ComparedGroup of(
      TaskGroup group,
      Map<String, String> axes,
      List<ComparedTask> tasks,
      Map<ComparedTask, PairedDifference> differences) {
    MetricKey metric = tasks.get(0).metric();
    List<PairedDifference> parts = tasks.stream().map(differences::get).toList();
    int[] documents = parts.stream().mapToInt(PairedDifference::documents).toArray();
    double[] weights = TasksOfGroups.weights(group, metric, documents);
    PairedDifference joined = PairedDifference.ofStrata(parts, weights);
    double margin = joined.margin(options.confidence());
    double p = joined.pValue();
    Outcome outcome =
        new Outcome(
            joined.documents(),
            joined.clusters(),
            joined.first(),
            joined.second(),
            joined.standardError(),
            joined.difference() - margin,
            joined.difference() + margin,
            Outcome.Test.STUDENT_T,
            p,
            p,
            SmallestEffect.ofStandardError(
                joined.standardError(), options.level(), options.power()),
            1,
            flips(tasks, true),
            flips(tasks, false));
    return new ComparedGroup(
        group.name(),
        group.alias(),
        axes,
        metric,
        tasks.get(0).higherIsBetter(),
        tasks.size(),
        outcome);
  }

  private static int flips(List<ComparedTask> tasks, boolean first) {
    int flips = 0;
    for (ComparedTask task : tasks) {
      int ofTask = first ? task.outcome().onlyFirst() : task.outcome().onlySecond();
      if (ofTask < 0) {
        return -1;
      }
      flips += ofTask;
    }
    return flips;
  }
}
