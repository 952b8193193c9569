package dev.espalier.eval.compare;

import java.util.ArrayList;
import java.util.List;

/** Corrects the p-values of comparisons that are made together. */
final class Corrections {
  private Corrections() {}

  static List<Comparison> of(List<Comparison> comparisons) {
    double[] tasks =
        Holm.adjust(
            comparisons.stream()
                .flatMap(comparison -> comparison.tasks().stream())
                .mapToDouble(task -> task.outcome().pValue())
                .toArray());
    double[] groups =
        Holm.adjust(
            comparisons.stream()
                .flatMap(comparison -> comparison.groups().stream())
                .mapToDouble(group -> group.outcome().pValue())
                .toArray());
    int task = 0;
    int group = 0;
    List<Comparison> corrected = new ArrayList<>();
    for (Comparison comparison : comparisons) {
      List<ComparedTask> newTasks = new ArrayList<>();
      for (ComparedTask compared : comparison.tasks()) {
        newTasks.add(corrected(compared, tasks[task++]));
      }
      List<ComparedGroup> newGroups = new ArrayList<>();
      for (ComparedGroup compared : comparison.groups()) {
        newGroups.add(
            new ComparedGroup(
                compared.group(),
                compared.alias(),
                compared.axes(),
                compared.metric(),
                compared.higherIsBetter(),
                compared.tasks(),
                compared.outcome().withAdjusted(groups[group++])));
      }
      corrected.add(
          new Comparison(
              comparison.baseline(), comparison.other(), newTasks, newGroups, comparison.notes()));
    }
    return corrected;
  }

  private static ComparedTask corrected(ComparedTask task, double adjusted) {
    double[] ofSubgroups =
        Holm.adjust(
            task.subgroups().stream()
                .mapToDouble(subgroup -> subgroup.outcome().pValue())
                .toArray());
    List<ComparedTask.Subgroup> subgroups = new ArrayList<>();
    for (int i = 0; i < ofSubgroups.length; i++) {
      ComparedTask.Subgroup subgroup = task.subgroups().get(i);
      subgroups.add(
          new ComparedTask.Subgroup(
              subgroup.value(), subgroup.outcome().withAdjusted(ofSubgroups[i])));
    }
    return new ComparedTask(
        task.task(),
        task.axes(),
        task.metric(),
        task.higherIsBetter(),
        task.outcome().withAdjusted(adjusted),
        subgroups,
        task.lost(),
        task.gained(),
        task.unpaired(),
        task.changed());
  }
}
