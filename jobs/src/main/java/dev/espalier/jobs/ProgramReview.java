package dev.espalier.jobs;

import dev.espalier.io.read.InputCheck;
import dev.espalier.io.read.InputFormat;
import dev.espalier.program.source.FieldUse;
import dev.espalier.program.source.ProgramCheck;
import dev.espalier.row.Problem;
import dev.espalier.yaml.NearestName;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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
   * @param check what was found in the program itself, and against the model
   * @param rowFields that the program reads
   */
  static ProgramReview of(ProgramCheck check, List<FieldUse> rowFields, InputCheck input) {
    List<Problem> problems = new ArrayList<>(check.problems());
    List<Problem> warnings = new ArrayList<>(check.warnings());
    for (FieldUse use : rowFields) {
      Optional<Problem> missing = missing(use, input);
      boolean isCertain = hasSchema(input) && !use.mayBeMissing();
      missing.ifPresent(isCertain ? problems::add : warnings::add);
    }
    return new ProgramReview(problems, warnings);
  }

  /** Whether footers or headers say which fields the rows have. */
  private static boolean hasSchema(InputCheck input) {
    return input.files().stream().noneMatch(file -> file.format() == InputFormat.JSONL);
  }

  /** What to say of a field that no row looked at has; nothing where the program expects that. */
  private static Optional<Problem> missing(FieldUse use, InputCheck input) {
    String field = use.path().get(0);
    boolean isThere = input.fields().isEmpty() || input.fields().contains(field);
    if (isThere || (use.mayBeMissing() && !hasSchema(input))) {
      return Optional.empty();
    }
    return Optional.of(
        new Problem(
            use.place(),
            (hasSchema(input) ? "the input has no" : "no row of the input that was looked at has a")
                + " field `"
                + field
                + "`",
            (NearestName.hint("", field, input.fields())
                    + " there are: "
                    + String.join(", ", input.fields()))
                .strip()));
  }

  /** Tells the warnings. */
  void warn(PrintWriter err) {
    warnings.forEach(warning -> err.println("warning: " + warning));
    err.flush();
  }
}
