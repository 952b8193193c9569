package dev.espalier.eval.page;

import dev.espalier.eval.Cell;
import dev.espalier.eval.CellResult;
import dev.espalier.eval.Sample;
import dev.espalier.eval.SweepResults;
import dev.espalier.eval.TaskGroup;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Several results as one sweep with an axis more, {@code results}, whose values are their labels in
 * their order: a model's line over the days. Thread-safe as they are.
 */
public final class SweepsOverTime implements SweepResults {
  /** The name of the axis. */
  public static final String AXIS = "results";

  private final Map<String, SweepResults> sweeps;

  /** A cell of one of them. */
  private record Origin(SweepResults sweep, Cell cell) {}

  private final Map<Cell, Origin> origins = new LinkedHashMap<>();
  private final List<CellResult> cells = new ArrayList<>();

  /**
   * @param sweeps by their labels, the earliest first; at least one
   */
  public SweepsOverTime(Map<String, SweepResults> sweeps) {
    this.sweeps = new LinkedHashMap<>(sweeps);
    sweeps.forEach((label, sweep) -> sweep.cells().forEach(result -> add(label, sweep, result)));
  }

  private void add(String label, SweepResults sweep, CellResult result) {
    Cell cell = result.cell();
    Map<String, String> axes = new LinkedHashMap<>();
    axes.put(AXIS, label);
    cell.axes()
        .forEach((axis, value) -> axes.merge(axis, value, (outer, inner) -> outer + "/" + inner));
    Cell ours = new Cell(label + "/" + cell.id(), cell.model(), cell.task(), axes);
    origins.put(ours, new Origin(sweep, cell));
    cells.add(
        new CellResult(
            ours,
            result.scores(),
            result.promptTokens(),
            result.computedTokens(),
            result.generatedTokens(),
            result.seconds()));
  }

  @Override
  public String name() {
    return sweeps.values().iterator().next().name();
  }

  @Override
  public List<CellResult> cells() {
    return List.copyOf(cells);
  }

  @Override
  public List<TaskGroup> groups() {
    Map<String, TaskGroup> groups = new LinkedHashMap<>();
    sweeps
        .values()
        .forEach(sweep -> sweep.groups().forEach(group -> groups.put(group.name(), group)));
    return List.copyOf(groups.values());
  }

  @Override
  public Stream<Sample> samples(Cell cell) throws IOException {
    Origin origin = origins.get(cell);
    return origin.sweep().samples(origin.cell());
  }
}
