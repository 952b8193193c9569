package dev.espalier.eval.task;

import dev.espalier.row.Problem;
import java.util.List;
import java.util.stream.Collectors;

/** Tasks that cannot be used as they are given. All that is wrong is told at once. */
public final class TaskException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient List<Problem> problems;

  public TaskException(List<Problem> problems) {
    super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
  }

  TaskException(String location, String message, String remedy) {
    this(List.of(new Problem(location, message, remedy)));
  }

  /** At least one. */
  public List<Problem> problems() {
    return problems;
  }
}
