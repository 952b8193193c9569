package dev.espalier.program.source;

import dev.espalier.row.Problem;
import java.util.List;
import java.util.stream.Collectors;

/** A program that cannot run, with all that is wrong with it. */
public final class InvalidProgramException extends RuntimeException {
  private final transient List<Problem> problems;

  public InvalidProgramException(List<Problem> problems) {
    super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
  }

  /** In the order of the file. */
  public List<Problem> problems() {
    return problems;
  }
}
