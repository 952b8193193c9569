package dev.espalier.engine.cpu;

import dev.espalier.engine.model.Operations;

/** Float32 rows, each padded with zeros to {@link Lanes#ALIGNMENT}. */
final class CpuActivation implements Operations.Activation {
  private final int columns;
  private final int stride;
  private float[] data;

  CpuActivation(int columns, int rows) {
    this.columns = columns;
    this.stride = Lanes.align(columns);
    this.data = new float[Math.multiplyExact(stride, rows)];
  }

  @Override
  public int columns() {
    return columns;
  }

  /** Floats from one row to the next. */
  int stride() {
    return stride;
  }

  float[] data() {
    return data;
  }

  /** Makes room; contents are lost if there was none. */
  void reserve(int rows) {
    int length = Math.multiplyExact(stride, rows);
    if (data.length < length) {
      data = new float[length];
    }
  }
}
