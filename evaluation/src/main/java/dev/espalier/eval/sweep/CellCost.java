package dev.espalier.eval.sweep;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a cell has cost, which depends on what it was computed with.
 *
 * @param computedTokens of the prompts, those that the model computed for this cell
 * @param seconds of the run that this cell is charged with, by its share of computed tokens
 * @param computedAt when it was done, of {@link System#currentTimeMillis}
 */
public record CellCost(long computedTokens, double seconds, long computedAt) {
  /** Of a cell of which nobody knows. */
  static final CellCost UNKNOWN = new CellCost(0, 0, 0);

  String json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("computed_tokens", computedTokens);
    json.put("seconds", seconds);
    json.put("computed_at", computedAt);
    return ValueJson.of(json) + "\n";
  }

  static CellCost read(String json) {
    try {
      Map<String, Object> cost = ValueJson.readMap(json);
      return new CellCost(
          (Long) cost.get("computed_tokens"),
          (Double) cost.get("seconds"),
          (Long) cost.get("computed_at"));
    } catch (ClassCastException | NullPointerException | IllegalArgumentException e) {
      return UNKNOWN;
    }
  }
}
