package dev.espalier.eval.task;

import dev.espalier.eval.TaskGroup;
import dev.espalier.row.Problem;
import java.util.List;
import java.util.Optional;

/**
 * Tasks, and the groups that they are in.
 *
 * @param tasks each once, in the order in which they are named and listed
 * @param groups each once, those that hold others first
 * @param warnings what may not be as its writer expects
 */
public record TaskSelection(List<Task> tasks, List<TaskGroup> groups, List<Problem> warnings) {
  public TaskSelection {
    tasks = List.copyOf(tasks);
    groups = List.copyOf(groups);
    warnings = List.copyOf(warnings);
  }

  /** The task of a name. */
  public Optional<Task> task(String name) {
    return tasks.stream().filter(task -> task.name().equals(name)).findFirst();
  }
}
