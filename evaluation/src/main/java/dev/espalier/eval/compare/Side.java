package dev.espalier.eval.compare;

import dev.espalier.eval.Cell;
import dev.espalier.eval.CellResult;
import dev.espalier.eval.SweepResults;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * One of two that are compared: a model of a sweep, on all of its cells or on those with some axes'
 * values.
 *
 * @param label shown for it
 * @param fixed axes and their values; cells with others are left out. {@code task} counts as one
 */
public record Side(String label, SweepResults sweep, String model, Map<String, String> fixed) {
  public Side {
    Objects.requireNonNull(label, "label");
    Objects.requireNonNull(sweep, "sweep");
    Objects.requireNonNull(model, "model");
    fixed = Collections.unmodifiableMap(new LinkedHashMap<>(fixed));
  }

  public List<CellResult> cells() {
    return sweep.cells().stream().filter(result -> has(result.cell())).toList();
  }

  private boolean has(Cell cell) {
    return cell.model().equals(model)
        && fixed.entrySet().stream()
            .allMatch(axis -> axis.getValue().equals(value(cell, axis.getKey())));
  }

  private static String value(Cell cell, String axis) {
    return axis.equals("task") ? cell.task() : cell.axes().get(axis);
  }
}
