package dev.espalier.eval.metric;

import dev.espalier.eval.MetricScore;
import dev.espalier.eval.TaskGroup;
import dev.espalier.eval.python.CMath;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;

/**
 * Scores groups of tasks from those of the tasks below them, as lm-evaluation-harness does: a mean,
 * weighted by documents or not, over all tasks at any depth. Not thread-safe.
 */
public final class GroupScorer {
  private final Map<String, TaskGroup> groups = new LinkedHashMap<>();
  private final Map<String, Below> tasks;

  /** What of a task counts for its groups. */
  private record Below(
      Map<String, Object> results, Map<String, Boolean> higherIsBetter, int documents) {}

  private GroupScorer(List<TaskGroup> groups, Map<String, Below> tasks) {
    for (TaskGroup group : groups) {
      this.groups.put(group.name(), group);
    }
    this.tasks = tasks;
  }

  /**
   * Scores groups.
   *
   * @param groups all of them, the inner ones too
   * @param tasks by name
   * @return those inside others first
   */
  public static List<GroupScore> score(List<TaskGroup> groups, Map<String, TaskScore> tasks) {
    Map<String, Below> below = new LinkedHashMap<>();
    tasks.forEach(
        (name, score) ->
            below.put(name, new Below(score.results(), score.higherIsBetter(), score.documents())));
    return new GroupScorer(groups, below).all(groups);
  }

  /** The same of the scores that are kept of each task. */
  public static List<GroupScore> scoreKept(
      List<TaskGroup> groups, Map<String, List<MetricScore>> tasks) {
    Map<String, Below> below = new LinkedHashMap<>();
    tasks.forEach((name, scores) -> below.put(name, kept(scores)));
    return new GroupScorer(groups, below).all(groups);
  }

  private static Below kept(List<MetricScore> scores) {
    Map<String, Object> results = new LinkedHashMap<>();
    Map<String, Boolean> higherIsBetter = new LinkedHashMap<>();
    int documents = 0;
    for (MetricScore score : scores) {
      results.put(score.metric() + "," + score.filter(), score.value());
      if (score.standardError().isPresent()) {
        results.put(
            score.metric() + "_stderr," + score.filter(), score.standardError().getAsDouble());
      }
      higherIsBetter.put(score.metric(), score.higherIsBetter());
      documents = Math.max(documents, score.documents());
    }
    return new Below(results, higherIsBetter, documents);
  }

  private List<GroupScore> all(List<TaskGroup> groups) {
    Set<String> inner = new LinkedHashSet<>();
    for (TaskGroup group : groups) {
      for (String member : group.members()) {
        if (this.groups.containsKey(member)) {
          inner.add(member);
        }
      }
    }
    Map<String, GroupScore> scores = new LinkedHashMap<>();
    for (TaskGroup group : groups) {
      if (!inner.contains(group.name())) {
        visit(group, scores, new LinkedHashSet<>());
      }
    }
    return List.copyOf(scores.values());
  }

  private void visit(TaskGroup group, Map<String, GroupScore> scores, Set<String> open) {
    if (scores.containsKey(group.name()) || !open.add(group.name())) {
      return;
    }
    for (String member : group.members()) {
      if (groups.containsKey(member)) {
        visit(groups.get(member), scores, open);
      }
    }
    scores.put(group.name(), score(group));
  }

  /** The tasks below a group, one as often as it is named. */
  private List<String> tasks(TaskGroup group, Set<String> open) {
    List<String> below = new ArrayList<>();
    for (String member : group.members()) {
      TaskGroup inner = groups.get(member);
      if (inner == null) {
        below.add(member);
      } else if (open.add(member)) {
        below.addAll(tasks(inner, open));
        open.remove(member);
      }
    }
    return below;
  }

  private GroupScore score(TaskGroup group) {
    Map<String, Object> results = new LinkedHashMap<>();
    List<MetricScore> scores = new ArrayList<>();
    Map<String, Integer> counts = new LinkedHashMap<>();
    List<String> warnings = new ArrayList<>();
    List<String> below = tasks(group, new LinkedHashSet<>(Set.of(group.name())));
    int documents = 0;
    for (String task : below) {
      documents += tasks.containsKey(task) ? tasks.get(task).documents() : 0;
    }
    for (TaskGroup.Aggregate aggregate : group.aggregates()) {
      Iterable<String> filters =
          aggregate.filters().isEmpty() ? filters(aggregate.metric(), below) : aggregate.filters();
      for (String filter : filters) {
        Joined joined = new Joined(aggregate, filter, below);
        if (joined.values.isEmpty()) {
          warnings.add(
              String.format("group %s: no task has the metric %s", group.name(), joined.key()));
          continue;
        }
        if (!joined.missing.isEmpty()) {
          warnings.add(
              String.format(
                  "group %s: the metric %s is missing in %d of %d tasks: %s",
                  group.name(),
                  joined.key(),
                  joined.missing.size(),
                  below.size(),
                  String.join(", ", joined.missing)));
        }
        joined.put(results, scores, counts);
      }
    }
    return new GroupScore(
        group, results, scores, group.aggregates().isEmpty() ? 0 : documents, counts, warnings);
  }

  /** The filters that a metric of the tasks has, in the order of their names. */
  private Iterable<String> filters(String metric, List<String> below) {
    Set<String> filters = new TreeSet<>();
    for (String task : below) {
      if (tasks.containsKey(task)) {
        for (String key : tasks.get(task).results().keySet()) {
          if (key.startsWith(metric + ",") && !key.contains("_stderr")) {
            filters.add(key.substring(metric.length() + 1));
          }
        }
      }
    }
    return filters;
  }

  /** A metric of the tasks that have it. */
  private final class Joined {
    private final TaskGroup.Aggregate aggregate;
    private final String filter;
    private final List<Double> values = new ArrayList<>();
    private final List<Double> errors = new ArrayList<>();
    private final List<Integer> sizes = new ArrayList<>();
    private final List<String> missing = new ArrayList<>();
    private boolean higherIsBetter = true;

    Joined(TaskGroup.Aggregate aggregate, String filter, List<String> below) {
      this.aggregate = aggregate;
      this.filter = filter;
      for (String name : below) {
        Below task = tasks.get(name);
        if (task == null || !task.results().containsKey(key())) {
          missing.add(name);
          continue;
        }
        values.add(Answers.number(task.results().get(key())));
        sizes.add(task.documents());
        if (task.results().get(errorKey()) instanceof Double error) {
          errors.add(error);
        }
        higherIsBetter &= !Boolean.FALSE.equals(task.higherIsBetter().get(aggregate.metric()));
      }
    }

    String key() {
      return aggregate.metric() + "," + filter;
    }

    private String errorKey() {
      return aggregate.metric() + "_stderr," + filter;
    }

    void put(Map<String, Object> results, List<MetricScore> scores, Map<String, Integer> counts) {
      int count = sizes.stream().mapToInt(size -> size).sum();
      double mean = mean();
      OptionalDouble error =
          errors.size() == values.size() ? OptionalDouble.of(error()) : OptionalDouble.empty();
      results.put(key(), mean);
      results.put(errorKey(), error.isPresent() ? (Object) error.getAsDouble() : "N/A");
      counts.put(key(), count);
      scores.add(new MetricScore(aggregate.metric(), filter, mean, error, higherIsBetter, count));
    }

    private double mean() {
      double sum = 0;
      long weights = 0;
      for (int i = 0; i < values.size(); i++) {
        int weight = aggregate.weightBySize() ? sizes.get(i) : 1;
        sum += values.get(i) * weight;
        weights += weight;
      }
      return sum / weights;
    }

    private double error() {
      double sum = 0;
      long count = 0;
      for (int i = 0; i < errors.size(); i++) {
        double square = CMath.square(errors.get(i));
        int size = sizes.get(i);
        sum += aggregate.weightBySize() ? (size - 1) * square * size : square;
        count += size;
      }
      if (!aggregate.weightBySize()) {
        return Math.sqrt(sum) / errors.size();
      }
      return Math.sqrt(sum / (count - errors.size()) / count);
    }
  }
}
