package dev.espalier.jobs;

import dev.espalier.jobs.fields.Section;
import dev.espalier.row.Problem;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a new snapshot must be like to become the current one.
 *
 * @param leastRows and
 * @param mostRows that the table has
 * @param mostShrink part of the rows of the last snapshot that may be missing at most; 1 is any
 * @param mostGrow part of the rows of the last snapshot that may be more; infinite is any
 * @param mostFailures part of the rows that may have failed; 1 is any
 * @param shares by column
 * @param judgeOrNull see {@link #judge}
 */
record Checks(
    long leastRows,
    long mostRows,
    double mostShrink,
    double mostGrow,
    double mostFailures,
    List<Share> shares,
    Judge judgeOrNull)
    implements Serializable {
  static final Checks NONE =
      new Checks(0, Long.MAX_VALUE, 1, Double.POSITIVE_INFINITY, 1, List.of(), null);

  private static final int MOST_JUDGED = 100_000;

  /**
   * No value of the column may become or cease to be more frequent by more than this.
   *
   * @param most part of the rows
   */
  record Share(String column, double most) implements Serializable {}

  /**
   * @param program a file, or the name of a class: it reads the columns of the table as its row
   * @param rows of the sample
   * @param column that the program gives, a truth value
   * @param least part of the sample for which it must be true
   */
  record Judge(String program, int rows, String column, double least) implements Serializable {}

  Checks {
    shares = List.copyOf(shares);
  }

  /** A program that is asked about a sample. */
  Optional<Judge> judge() {
    return Optional.ofNullable(judgeOrNull);
  }

  boolean isAny() {
    return !equals(NONE);
  }

  /** The same checks without the judge. */
  Checks ofTable() {
    return new Checks(leastRows, mostRows, mostShrink, mostGrow, mostFailures, shares, null);
  }

  static Checks read(Path file, Section checks, List<Problem> problems) {
    Section rows = checks.section("rows");
    long least = rows.integer("least", NONE.leastRows, 0, Long.MAX_VALUE);
    long most = rows.integer("most", NONE.mostRows, 0, Long.MAX_VALUE);
    if (most < least) {
      problems.add(
          new Problem(
              rows.locationOf("most"),
              "checks.rows.most is less than checks.rows.least",
              "raise it, or lower the other"));
    }
    double shrink = rows.fraction("shrink", NONE.mostShrink);
    double grow = rows.has("grow") ? rows.fraction("grow", 1) : NONE.mostGrow;
    rows.reportUnknown();
    double failures = checks.fraction("failures", NONE.mostFailures);
    Section shares = checks.section("shares");
    List<Share> columns = new ArrayList<>();
    for (String column : shares.names()) {
      columns.add(new Share(column, shares.fraction(column, 1)));
    }
    Judge judge = null;
    if (checks.has("judge")) {
      Section asked = checks.section("judge");
      String program = asked.path("program", "judge.yaml");
      judge =
          new Judge(
              JobFileReader.programPath(file, program),
              (int) asked.integer("rows", 100, 1, MOST_JUDGED),
              asked.required("column", "ok"),
              asked.fraction("least", 1));
      asked.reportUnknown();
    }
    checks.reportUnknown();
    return new Checks(least, most, shrink, grow, failures, columns, judge);
  }
}
