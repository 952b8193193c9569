package dev.espalier.eval.compare;

import java.util.List;
import java.util.Map;

/**
 * Two models on one task under equal choices of the other axes.
 *
 * @param axes that both share
 * @param outcome over all documents that both have
 * @param subgroups by a column of documents; empty if none was asked for
 * @param lost documents on which the second is worse, the largest loss first
 * @param gained documents on which it is better, likewise
 * @param unpaired documents that only one of them has
 * @param changed documents that differ between the two under one id, and are left out
 */
public record ComparedTask(
    String task,
    Map<String, String> axes,
    MetricKey metric,
    boolean higherIsBetter,
    Outcome outcome,
    List<Subgroup> subgroups,
    List<Integer> lost,
    List<Integer> gained,
    int unpaired,
    int changed) {

  /** Documents with one value in the column. */
  public record Subgroup(String value, Outcome outcome) {}
}
