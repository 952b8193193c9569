package dev.espalier.jobs;

import dev.espalier.engine.ConstraintChecker;
import dev.espalier.io.read.InputCheck;
import dev.espalier.program.source.FieldUse;
import dev.espalier.program.source.ProgramCheck;
import dev.espalier.program.source.ProgramSource;
import dev.espalier.row.Problem;
import dev.espalier.yaml.NearestName;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Holds a program against the model and the input of its job, before any work.
 *
 * @param problems the job cannot run with these
 * @param warnings rows will probably fail
 */
record ProgramReview(List<Problem> problems, List<Problem> warnings) {
  ProgramReview {
    problems = List.copyOf(problems);
    warnings = List.copyOf(warnings);
  }

  /**
   * @param checker of the model that the job runs
   */
  static ProgramReview of(ProgramSource program, ConstraintChecker checker, InputCheck input) {
    ProgramCheck check = program.check(checker);
    List<Problem> problems = new ArrayList<>(check.problems());
    List<Problem> warnings = new ArrayList<>(check.warnings());
    for (FieldUse use : program.rowFields()) {
      String field = use.path().get(0);
      if (input.fields().isEmpty() || input.fields().contains(field)) {
        continue;
      }
      String remedy =
          NearestName.hint("", field, input.fields())
              + " there are: "
              + String.join(", ", input.fields());
      if (input.allFields() && !use.mayBeMissing()) {
        problems.add(
            new Problem(use.place(), "the input has no field `" + field + "`", remedy.strip()));
      } else if (input.allFields() || !use.mayBeMissing()) {
        warnings.add(
            new Problem(
                use.place(),
                (input.allFields() ? "the input has no" : "the first rows of the input have no")
                    + " field `"
                    + field
                    + "`",
                remedy.strip()));
      }
    }
    return new ProgramReview(problems, warnings);
  }

  /** Tells the warnings. */
  void warn(PrintStream err) {
    warnings.forEach(warning -> err.println("warning: " + warning));
  }
}
