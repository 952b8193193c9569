package dev.espalier.program.source;

import java.util.List;
import java.util.stream.Collectors;

/** A program that cannot run, with all that is wrong with it. */
public final class InvalidProgramException extends RuntimeException {
  private final transient List<ProgramProblem> problems;

  public InvalidProgramException(List<ProgramProblem> problems) {
    super(problems.stream().map(ProgramProblem::toString).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
  }

  /** In the order of the file. */
  public List<ProgramProblem> problems() {
    return problems;
  }
}
