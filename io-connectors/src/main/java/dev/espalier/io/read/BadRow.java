package dev.espalier.io.read;

/**
 * What to do with a row whose bytes make no row: a line that is not a JSON object, a CSV row with
 * more or fewer cells than the header, a row without an id.
 */
public enum BadRow {
  /** The input is refused, with the position of the row. */
  FAIL,
  /** The row becomes an error row with its position as its id, such as {@code a.jsonl@1204}. */
  ERROR_ROW
}
