package dev.espalier.eval;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * One evaluation of a sweep: one model on one task under one choice of all other axes.
 *
 * @param id names it in files: its content's hash, so that equal cells of two sweeps are equal
 * @param model the model's name in the sweep
 * @param task the task's name
 * @param axes the other axes by name ({@code fewshot}, {@code prompt}, {@code sampling}, {@code
 *     seed}, …) and the name of the value chosen, in the sweep's order
 */
public record Cell(String id, String model, String task, Map<String, String> axes) {
  public Cell {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(model, "model");
    Objects.requireNonNull(task, "task");
    axes = Collections.unmodifiableMap(new LinkedHashMap<>(axes));
  }
}
