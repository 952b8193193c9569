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

  /** {@code totals += sums} in {@code width} columns from {@code column} on, whole vectors. */
  static void add(float[] sums, float[] totals, int rows, int column, int width) {
    for (int row = 0; row < rows; row++) {
      int begin = row * COLUMNS + column;
      for (int i = begin; i < begin + width; i += COUNT) {
        FloatVector.fromArray(FLOATS, totals, i)
            .add(FloatVector.fromArray(FLOATS, sums, i))
            .intoArray(totals, i);
      }
    }
  }

  private FloatSums() {}
}
