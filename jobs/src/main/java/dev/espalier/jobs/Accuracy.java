package dev.espalier.jobs;

import java.util.Map;

/**
 * How often a column agrees with gold labels.
 *
 * @param rows rows with a gold label
 * @param correct rows whose value reads like the label
 * @param unanswered rows with a label and without a value: error rows, and rows not in the table;
 *     they count as wrong
 */
record Accuracy(String column, long rows, long correct, long unanswered) {

  /**
   * Compares the values of a column.
   *
   * @param gold label by row id; null is no label
   * @param answers value by row id; null is no answer
   */
  static Accuracy of(String column, Map<String, Object> gold, Map<String, Object> answers) {
    long rows = 0;
    long correct = 0;
    long unanswered = 0;
    for (Map.Entry<String, Object> label : gold.entrySet()) {
      if (label.getValue() == null) {
        continue;
      }
      rows++;
      Object answer = answers.get(label.getKey());
      if (answer == null) {
        unanswered++;
      } else if (answer.toString().equals(label.getValue().toString())) {
        correct++;
      }
    }
    return new Accuracy(column, rows, correct, unanswered);
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
