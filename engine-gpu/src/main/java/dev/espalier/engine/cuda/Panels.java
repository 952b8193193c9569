package dev.espalier.engine.cuda;

/**
 * The layout of matrix operands, which {@code panels.cuh} describes: panels of 64 columns, 128
 * bytes a row.
 */
final class Panels {
  static final int COLUMNS = 64;
  static final int ROW_BYTES = 128;

  private Panels() {}

  /** Panels for so many columns. */
  static int count(int columns) {
    return (columns + COLUMNS - 1) / COLUMNS;
  }

  /** Bytes of the panels of {@code rows} rows. */
  static long bytes(int rows, int columns) {
    return (long) count(columns) * rows * ROW_BYTES;
  }

  static int roundUp(int value, int multiple) {
    return (value + multiple - 1) / multiple * multiple;
  }
}
