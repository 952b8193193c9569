package dev.espalier.engine;

import java.util.List;
import java.util.stream.Collectors;

/** Parameters that are out of range, all of them: {@link ErrorCode#INVALID_PARAMETERS}. */
public final class InvalidParametersException extends EngineException {
  private final transient List<Problem> problems;

  /**
   * What is wrong with one parameter.
   *
   * @param parameter as a program file names it
   * @param message a sentence that names the parameter, its value and what it must be
   */
  public record Problem(String parameter, String message) {}

  public InvalidParametersException(List<Problem> problems) {
    super(
        ErrorCode.INVALID_PARAMETERS,
        problems.stream().map(Problem::message).collect(Collectors.joining("; ")));
    this.problems = List.copyOf(problems);
  }

  /** At least one, in the order of the parameters. */
  public List<Problem> problems() {
    return problems;
  }
}
