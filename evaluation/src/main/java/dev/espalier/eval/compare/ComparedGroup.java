package dev.espalier.eval.compare;

import java.util.Map;

/**
 * Two models on a group of tasks: the tasks' differences, weighted as the group weights its tasks.
 * The tasks count as given, not as drawn from others.
 *
 * @param axes that both share
 * @param tasks below the group
 */
public record ComparedGroup(
    String group,
    String alias,
    Map<String, String> axes,
    MetricKey metric,
    boolean higherIsBetter,
    int tasks,
    Outcome outcome) {}
