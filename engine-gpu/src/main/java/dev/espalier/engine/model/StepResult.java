package dev.espalier.engine.model;

import java.util.List;

/**
 * What a step reports: for each slice of the batch, in order, one entry for each of its outputs.
 */
public record StepResult(List<List<OutputResult>> slices) {

  /**
   * @param chosen the chosen token, or -1 if none was asked for
   * @param chosenLogprob raw log-probability of the chosen token
   * @param targetLogprob raw log-probability of the target, NaN if none was asked for
   * @param argmax the token of the largest raw logit, the smallest id among equals
   * @param alternativeTokens most probable tokens, most probable first, smaller id among equals
   * @param alternativeLogprobs their raw log-probabilities
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared; read on the hot path
  public record OutputResult(
      int chosen,
      float chosenLogprob,
      float targetLogprob,
      int argmax,
      int[] alternativeTokens,
      float[] alternativeLogprobs) {}
}
