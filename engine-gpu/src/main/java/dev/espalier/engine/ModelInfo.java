package dev.espalier.engine;

import java.util.Set;

/**
 * What callers need to know of the loaded model.
 *
 * @param name the reference it was opened by
 * @param family its architecture, as in config.json
 * @param hash SHA-256 over the files that decide its output, in hexadecimal
 * @param contextLength most tokens of prompt and output together
 * @param vocabularySize number of logits
 * @param endOfTurnTokens the ids that end a generation
 */
public record ModelInfo(
    String name,
    String family,
    String hash,
    int contextLength,
    int vocabularySize,
    Set<Integer> endOfTurnTokens) {
  public ModelInfo {
    endOfTurnTokens = Set.copyOf(endOfTurnTokens);
  }
}
