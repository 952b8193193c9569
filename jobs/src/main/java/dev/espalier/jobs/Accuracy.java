package dev.espalier.jobs;

import java.math.BigDecimal;

/**
 * How often a column agrees with gold labels.
 *
 * @param rows rows with a gold label
 * @param correct rows whose value reads like the label
 * @param unanswered rows with a label and without a value: error rows, and rows not in the table;
 *     they count as wrong
 */
record Accuracy(String column, long rows, long correct, long unanswered) {

  /** Longer digits than this are compared as text: a number of a row must not cost a minute. */
  private static final int MAX_DIGITS = 100;

  /** Counts rows of one column. */
  static final class Tally {
    private final String column;
    private long rows;
    private long correct;
    private long unanswered;

    Tally(String column) {
      this.column = column;
    }

    /**
     * Compares a value.
     *
     * @param label null is no label
     * @param answer null is no answer
     */
    void add(Object label, Object answer) {
      if (label == null) {
        return;
      }
      rows++;
      if (answer == null) {
        unanswered++;
      } else if (readAlike(label, answer)) {
        correct++;
      }
    }

    Accuracy total() {
      return new Accuracy(column, rows, correct, unanswered);
    }
  }

  /** Whether they are the same text, or, if one of them is a number, the same number. */
  private static boolean readAlike(Object label, Object answer) {
    String a = label.toString();
    String b = answer.toString();
    if (a.equals(b)) {
      return true;
    }
    boolean numbers = label instanceof Number || answer instanceof Number;
    if (!numbers || a.length() > MAX_DIGITS || b.length() > MAX_DIGITS) {
      return false;
    }
    try {
      return new BigDecimal(a.strip()).compareTo(new BigDecimal(b.strip())) == 0;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  /** Fraction of correct rows; 0 if there are none. */
  double fraction() {
    return rows == 0 ? 0 : (double) correct / rows;
  }

  /**
   * Standard error of the fraction: sample standard deviation over the root of the rows; NaN for
   * one row.
   */
  double standardError() {
    return rows < 2 ? Double.NaN : Math.sqrt(fraction() * (1 - fraction()) / (rows - 1));
  }
}
