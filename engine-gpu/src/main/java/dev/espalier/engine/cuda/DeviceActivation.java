package dev.espalier.engine.cuda;

import dev.espalier.engine.model.Operations;

/**
 * Rows on the device. The operation that writes them decides how they lie. They begin in memory of
 * the device's; what they grew to is theirs.
 */
final class DeviceActivation implements Operations.Activation, AutoCloseable {

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
  private final int firstRows;
  private final DeviceBuffer first;
  private DeviceBuffer grown; // in place of the first
  private int rows;
  private Layout layout;
  private PartialSums partials;

  /**
   * @param rows that it has room for
   */
  DeviceActivation(int columns, int rows, DeviceBuffer buffer) {
    this.columns = columns;
    this.firstRows = rows;
    this.first = buffer;
    this.rows = rows;
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

  /**
   * Moves to larger memory, after the last launch that names the old one; contents are lost.
   *
   * @param room rows
   * @throws dev.espalier.engine.EngineException OUT_OF_MEMORY, and the room is what it was at first
   */
  void grow(int room, CudaDevice device) {
    device.synchronize("steps before one of more rows");
    close();
    grown = DeviceBuffer.allocate(bytes(columns, room), "activations of " + room + " rows");
    rows = room;
    grown.zero(device.stream());
  }

  private DeviceBuffer memory() {
    return grown == null ? first : grown;
  }

  /** How the rows lie now. */
  Layout layout() {
    return layout;
  }

  /** The memory, to be written in {@code written}. */
  DeviceBuffer write(Layout written) {
    layout = written;
    partials = null;
    return memory();
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
    return memory();
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

  @Override
  public void close() {
    DeviceBuffer old = grown;
    grown = null;
    rows = firstRows;
    layout = null;
    if (old != null) {
      old.close();
    }
  }
}
