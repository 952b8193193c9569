package dev.espalier.jobs;

import dev.espalier.io.table.TableColumns;
import dev.espalier.program.source.InvalidProgramException;
import dev.espalier.program.source.ProgramSource;
import dev.espalier.program.source.TargetModel;
import dev.espalier.row.Column;
import dev.espalier.row.Problem;
import dev.espalier.yaml.NearestName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds out whether the checks of a job's snapshots can be made. */
final class GateCheck {
  private final JobFile job;
  private final FieldProblems problems;

  /**
   * @param problems takes what is wrong with {@code checks}
   */
  GateCheck(JobFile job, FieldProblems problems) {
    this.job = job;
    this.problems = problems;
  }

  /**
   * What is wrong with the judge and with the program that it runs.
   *
   * @return of the program
   */
  List<Problem> judge(TargetModel target) {
    List<Problem> found = new ArrayList<>();
    if (job.checks().judge().isPresent()) {
      try {
        ProgramSource judge =
            JobCheck.programOf(job.checks().judge().get().program(), Optional.of(target));
        found.addAll(judge.check(target).problems());
        if (found.isEmpty()) {
          judge.load().columns().ifPresent(this::judged);
        }
      } catch (InvalidProgramException e) {
        found.addAll(e.problems());
      }
    }
    if (job.checks().judge().isPresent() && job.runner().master().isPresent()) {
      problems.add(
          "checks",
          "checks.judge is given with runner.master, and the judge runs in this process alone",
          "leave one of them out");
    }
    return found;
  }

  private void judged(List<Column> given) {
    String column = job.checks().judge().orElseThrow().column();
    List<String> names = given.stream().map(Column::name).toList();
    if (!names.contains(column)) {
      problems.add(
          "checks",
          "checks.judge.column is `" + column + "`, and the judge gives no such value",
          "there are: " + String.join(", ", names) + NearestName.hint("; ", column, names));
    }
  }

  /** What is wrong with the shares of values. */
  void shares(TableColumns columns) {
    List<String> names = new ArrayList<>(job.output().include());
    columns.generated().forEach(column -> names.add(column.name()));
    for (Checks.Share share : job.checks().shares()) {
      String column = share.column();
      if (columns.complete() && !names.contains(column) && !Column.RESERVED.contains(column)) {
        problems.add(
            "checks",
            "checks.shares names `" + column + "`, which is no column of the table",
            "there are: " + String.join(", ", names) + NearestName.hint("; ", column, names));
      }
    }
  }
}
