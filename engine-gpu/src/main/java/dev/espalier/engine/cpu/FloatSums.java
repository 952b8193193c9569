package dev.espalier.engine.cpu;

import static dev.espalier.engine.cpu.FloatTile.COLUMNS;
import static dev.espalier.engine.cpu.Lanes.COUNT;
import static dev.espalier.engine.cpu.Lanes.FLOATS;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/** Rows of sums, {@code [rows][COLUMNS]}. */
final class FloatSums {

  static void clear(float[] sums, int rows) {
    Arrays.fill(sums, 0, rows * COLUMNS, 0f);
  }

  /** {@code totals += sums}. */
  static void add(float[] sums, float[] totals, int rows) {
    for (int i = 0; i < rows * COLUMNS; i += COUNT) {
      FloatVector.fromArray(FLOATS, totals, i)
          .add(FloatVector.fromArray(FLOATS, sums, i))
          .intoArray(totals, i);
    }
  }

  private FloatSums() {}
}
