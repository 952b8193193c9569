package dev.espalier.program.source;

import dev.espalier.row.Problem;
import java.util.List;
import java.util.stream.Collectors;

/** A program that cannot run, with all that is wrong with it. */
public final class InvalidProgramException extends RuntimeException {
  private final transient List<Problem> problems;

  private final transient List<Problem> warnings;
  private final transient List<FieldUse> rowFields;

  public InvalidProgramException(List<Problem> problems) {
    this(problems, List.of(), List.of());
  }

  /**
   * @param warnings what is doubtful besides
   * @param rowFields the fields of the row that the program reads, as far as it could be read
   */
  public InvalidProgramException(
      List<Problem> problems, List<Problem> warnings, List<FieldUse> rowFields) {
    super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
    this.warnings = List.copyOf(warnings);
    this.rowFields = List.copyOf(rowFields);
  }

  /** In the order of the file. */
  public List<Problem> problems() {
    return problems;
  }

  public List<Problem> warnings() {
    return warnings;
  }

  public List<FieldUse> rowFields() {
    return rowFields;
  }
}
