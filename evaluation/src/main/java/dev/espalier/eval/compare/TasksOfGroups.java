package dev.espalier.eval.compare;

import dev.espalier.eval.TaskGroup;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Which tasks are below groups, and how they count. */
public final class TasksOfGroups {
  private final Map<String, TaskGroup> groups;

  public TasksOfGroups(List<TaskGroup> groups) {
    this.groups =
        groups.stream()
            .collect(
                Collectors.toMap(
                    TaskGroup::name, group -> group, (one, two) -> one, LinkedHashMap::new));
  }

  /** Each once, in their order. */
  public List<TaskGroup> groups() {
    return List.copyOf(groups.values());
  }

  /** The tasks below a group, also through groups of groups, in their order. */
  public Set<String> below(TaskGroup group) {
    Set<String> tasks = new LinkedHashSet<>();
    collect(group.name(), new LinkedHashSet<>(), tasks);
    return tasks;
  }

  private void collect(String name, Set<String> seen, Set<String> tasks) {
    TaskGroup group = groups.get(name);
    if (group == null) {
      tasks.add(name);
    } else if (seen.add(name)) {
      group.members().forEach(member -> collect(member, seen, tasks));
    }
  }

  /**
   * The weights of a group's tasks in a metric; they add up to one. By their documents, unless the
   * group says otherwise.
   */
  public static double[] weights(TaskGroup group, MetricKey metric, int[] documents) {
    boolean bySize =
        group.aggregates().stream()
            .filter(aggregate -> aggregate.metric().equals(metric.metric()))
            .allMatch(TaskGroup.Aggregate::weightBySize);
    double total = 0;
    double[] weights = new double[documents.length];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = bySize ? documents[i] : 1;
      total += weights[i];
    }
    for (int i = 0; i < weights.length; i++) {
      weights[i] /= total;
    }
    return weights;
  }
}
