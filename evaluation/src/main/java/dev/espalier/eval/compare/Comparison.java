package dev.espalier.eval.compare;

import java.util.List;

/**
 * A model against a baseline.
 *
 * @param tasks in the baseline's order
 * @param notes what was left out, and why
 */
public record Comparison(
    Side baseline,
    Side other,
    List<ComparedTask> tasks,
    List<ComparedGroup> groups,
    List<String> notes) {}
