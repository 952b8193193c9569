package dev.espalier.program.source;

import dev.espalier.row.Problem;
import java.util.List;

/**
 * What was found in a program before it runs.
 *
 * @param problems it cannot run with these
 * @param warnings it can, but rows will probably fail
 */
public record ProgramCheck(List<Problem> problems, List<Problem> warnings) {
  public ProgramCheck {
    problems = List.copyOf(problems);
    warnings = List.copyOf(warnings);
  }
}
