package dev.espalier.eval;

import java.util.List;
import java.util.Objects;

/**
 * What came of a cell.
 *
 * @param scores in the order of the task's metrics and filters
 * @param promptTokens all that was asked for, before anything was shared
 * @param computedTokens of the prompts, those that the model computed for this cell
 * @param generatedTokens of all answers
 * @param seconds of the sweep that this cell is charged with, by its share of computed tokens
 */
public record CellResult(
    Cell cell,
    List<MetricScore> scores,
    long promptTokens,
    long computedTokens,
    long generatedTokens,
    double seconds) {
  public CellResult {
    Objects.requireNonNull(cell, "cell");
    scores = List.copyOf(scores);
  }
}
