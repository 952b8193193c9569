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
 * @param harness whether results are also written as lm-evaluation-harness writes them
 * @param label under which these results are kept when later ones take their place
 * @param at the logical time, as ISO 8601 with its zone
 */
record Sweep(
    String name,
    String output,
    StorageOptions storage,
    List<PlannedCell> cells,
    List<TaskGroup> groups,
    Map<String, Map<String, String>> names,
    boolean harness,
    String label,
    String at) {

  /** An evaluation, and the model that answers. */
  record PlannedCell(CellPlan plan, ModelOfSweep model) {}

  /** The models, those that one engine answers for after one another. */
  List<ModelOfSweep> models() {
    return cells.stream().map(PlannedCell::model).distinct().toList();
  }
}
