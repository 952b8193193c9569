package dev.espalier.eval;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Tasks and groups under one name.
 *
 * @param alias shown in its place
 * @param members names of tasks and groups in their order
 * @param aggregates how its own metrics come from those of the tasks below; empty for none
 */
public record TaskGroup(
    String name,
    String alias,
    Optional<String> version,
    List<String> members,
    List<Aggregate> aggregates) {
  public TaskGroup {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(alias, "alias");
    Objects.requireNonNull(version, "version");
    members = List.copyOf(members);
    aggregates = List.copyOf(aggregates);
  }

  /**
   * An entry of {@code aggregate_metric_list}.
   *
   * @param aggregation {@code mean}
   * @param weightBySize whether a task counts by the number of its documents
   * @param filters names of the filters whose values are joined
   */
  public record Aggregate(
      String metric, String aggregation, boolean weightBySize, List<String> filters) {
    public Aggregate {
      Objects.requireNonNull(metric, "metric");
      Objects.requireNonNull(aggregation, "aggregation");
      filters = List.copyOf(filters);
    }
  }
}
