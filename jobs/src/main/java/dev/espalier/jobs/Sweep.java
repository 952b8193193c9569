package dev.espalier.jobs;

import dev.espalier.eval.TaskGroup;
import dev.espalier.eval.sweep.CellPlan;
import dev.espalier.io.storage.StorageOptions;
import java.util.List;
import java.util.Map;

/**
 * A sweep that was looked over: nothing that can be known beforehand stands in its way.
 *
 * @param output its directory
 * @param cells in the sweep's order
 * @param groups of tasks, those that hold others first
 * @param names of combinations: what each chooses, by axis
 */
record Sweep(
    String name,
    String output,
    StorageOptions storage,
    List<ModelOfSweep> models,
    List<CellPlan> cells,
    List<TaskGroup> groups,
    Map<String, Map<String, String>> names) {

  /** The cells of a model, in the sweep's order. */
  List<CellPlan> of(ModelOfSweep model) {
    return cells.stream().filter(cell -> cell.model().equals(model.name())).toList();
  }
}
