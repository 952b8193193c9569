package dev.espalier.engine.cuda;

import dev.espalier.engine.cuda.driver.DeviceBuffer;
import dev.espalier.engine.model.Operations;

/** Rows on the device. The operation that writes them decides how they lie. */
final class DeviceActivation implements Operations.Activation {

  /** How rows lie in memory. */
  enum Layout {
    /** float32, row-major: the residual stream. */
    FLOAT_ROWS,
    /** bfloat16, row-major, or {@link #partials} of it. */
    ROWS,
    /** bfloat16 in panels: what matrix products read. */
    PANELS
  }

  private final int columns;
  private final int rows;
  private final DeviceBuffer buffer;
  private Layout layout;
  private PartialSums partials;

  /**
   * @param rows that it has room for
   */
  DeviceActivation(int columns, int rows, DeviceBuffer buffer) {
    this.columns = columns;
    this.rows = rows;
    this.buffer = buffer;
  }

  /** Bytes that any layout needs. */
  static long bytes(int columns, int rows) {
    return Panels.bytes(rows, columns) * 2;
  }

  @Override
  public int columns() {
    return columns;
  }

  int rows() {
    return rows;
  }

  /** How the rows lie now. */
  Layout layout() {
    return layout;
  }

  /** The memory, to be written in {@code written}. */
  DeviceBuffer write(Layout written) {
    layout = written;
    partials = null;
    return buffer;
  }

  /** Says that rows were left as {@code sums}, or, if null, are whole. */
  void leave(PartialSums sums) {
    partials = sums;
  }

  /** The sums that its next reader adds up, or null if the rows are whole. */
  PartialSums partials() {
    return partials;
  }

  /**
   * The memory, to be read in {@code expected}.
   *
   * @throws IllegalStateException if it was not written so
   */
  DeviceBuffer read(Layout expected) {
    if (layout != expected) {
      throw new IllegalStateException("rows lie as " + layout + ", not as " + expected);
    }
    return buffer;
  }

  /**
   * The memory from row {@code first} on, to be read in {@code expected}.
   *
   * @param first in panels a multiple of 8
   */
  DeviceBuffer readFrom(int first, Layout expected) {
    DeviceBuffer all = read(expected);
    int rowBytes =
        switch (expected) {
          case FLOAT_ROWS -> columns * Float.BYTES;
          case ROWS -> columns * Short.BYTES;
          case PANELS -> Panels.ROW_BYTES;
        };
    long skipped = (long) first * rowBytes;
    return all.slice(skipped, all.bytes() - skipped);
  }
}
