package dev.espalier.jobs;

import dev.espalier.eval.TaskDocument;
import dev.espalier.eval.sweep.CellPlan;
import dev.espalier.eval.sweep.ReadyCell;
import dev.espalier.eval.sweep.SweepFolder;
import dev.espalier.eval.tokens.RequestEncoder;
import dev.espalier.row.Problem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The cells of a sweep by their content. All of them are prepared once, so that what is wrong with
 * any is known before work is spent; those that are needed stay in memory as far as it goes.
 */
final class CellsOfSweep {
  private final Sweep sweep;
  private final String[] ids;
  private final ReadyCell[] kept; // null where it is prepared again
  private final boolean[] done;
  private final List<String> damaged = new ArrayList<>();

  private CellsOfSweep(Sweep sweep) {
    this.sweep = sweep;
    int count = sweep.cells().size();
    this.ids = new String[count];
    this.kept = new ReadyCell[count];
    this.done = new boolean[count];
  }

  /**
   * Prepares all cells.
   *
   * @throws ConfigurationException with all that is wrong with tasks and documents
   */
  static CellsOfSweep of(Sweep sweep, SweepFolder folder)
      throws IOException, ConfigurationException {
    CellsOfSweep cells = new CellsOfSweep(sweep);
    Set<Problem> problems = new LinkedHashSet<>();
    long room = Runtime.getRuntime().maxMemory() / 6;
    for (int i = 0; i < cells.ids.length; i++) {
      try {
        ReadyCell cell = cells.ready(i);
        cells.ids[i] = cell.id();
        cells.done[i] = folder.whole(cell.id(), cells.damaged::add).isPresent();
        if (!cells.done[i] && cell.bytes() <= room) {
          room -= cell.bytes();
          cells.kept[i] = cell;
        }
      } catch (CellPlan.UnusableException e) {
        problems.addAll(e.problems());
      }
    }
    if (!problems.isEmpty()) {
      throw new ConfigurationException(List.copyOf(problems));
    }
    return cells;
  }

  private ReadyCell ready(int i) throws CellPlan.UnusableException {
    CellPlan plan = sweep.cells().get(i).plan();
    ModelOfSweep model = sweep.cells().get(i).model();
    if (plan.source() instanceof ProgramCell program) {
      List<TaskDocument> documents = program.documents();
      String identity = model.identity() + " " + program.identity();
      return ReadyCell.ofProgram(identity, program.scoring(), documents);
    }
    RequestEncoder encoder =
        new RequestEncoder(
            model.text(), plan.seed(), plan.source().scoring().repeats(), plan.thinkEnd());
    try {
      return ReadyCell.of(
          model.identity(), plan.source().scoring(), plan.source().documents(), encoder);
    } catch (IllegalArgumentException e) {
      Problem problem =
          new Problem(
              plan.source().scoring().task(), e.getMessage(), "change the task or its documents");
      throw new CellPlan.UnusableException(List.of(problem), e);
    }
  }

  /** Cells that were there before and are computed again, for they are not as they were written. */
  List<String> damaged() {
    return damaged;
  }

  /** Another process may have computed cells since. */
  void lookAgain(SweepFolder folder) throws IOException {
    for (int i = 0; i < ids.length; i++) {
      done[i] = done[i] || folder.whole(ids[i], known -> {}).isPresent();
    }
  }

  /** Whether a cell was there before. */
  boolean isDone(int i) {
    return done[i];
  }

  String id(int i) {
    return ids[i];
  }

  /** How many cells a model has. */
  int countOf(ModelOfSweep model) {
    return Math.toIntExact(
        sweep.cells().stream().filter(cell -> cell.model().equals(model)).count());
  }

  /** How many of them were done before. */
  int doneOf(ModelOfSweep model) {
    int count = 0;
    for (int i = 0; i < ids.length; i++) {
      count += done[i] && sweep.cells().get(i).model().equals(model) ? 1 : 0;
    }
    return count;
  }

  /** How many of them are to be computed, and have the content of another. */
  int equalOf(ModelOfSweep model) {
    return countOf(model) - doneOf(model) - openOf(model).size();
  }

  /** The cells of a model that are not done, each content once. */
  List<Integer> openOf(ModelOfSweep model) {
    Set<String> met = new LinkedHashSet<>();
    List<Integer> open = new ArrayList<>();
    for (int i = 0; i < ids.length; i++) {
      if (!done[i] && sweep.cells().get(i).model().equals(model) && met.add(ids[i])) {
        open.add(i);
      }
    }
    return open;
  }

  /** A cell that is to be computed; it is not kept any longer. */
  ReadyCell take(int i) throws ConfigurationException {
    ReadyCell cell = kept[i];
    kept[i] = null;
    if (cell != null) {
      return cell;
    }
    try {
      ReadyCell again = ready(i);
      if (!again.id().equals(ids[i])) {
        throw new ConfigurationException(
            again.scoring().task(),
            "the task or its documents were changed while the sweep was prepared",
            "run it again");
      }
      return again;
    } catch (CellPlan.UnusableException e) {
      throw new ConfigurationException(e.problems());
    }
  }
}
