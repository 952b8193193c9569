package dev.espalier.engine.forward;

import dev.espalier.engine.EngineException;
import java.util.List;

/**
 * What a step reports: for each slice of the batch, in order, one entry for each of its outputs.
 */
public record ForwardResult(List<List<OutputResult>> slices) {

  /**
   * @param chosen the chosen token, or -1 if none was asked for
   * @param chosenLogprob raw log-probability of the chosen token
   * @param targetLogprob raw log-probability of the target, NaN if none was asked for
   * @param argmax the token of the largest raw logit, the smallest id among equals
   * @param alternativeTokens most probable tokens, most probable first, smaller id among equals
   * @param alternativeLogprobs their raw log-probabilities
   * @param failure why there is no answer, and then all else means nothing; null if there is one
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared; read on the hot path
  public record OutputResult(
      int chosen,
      float chosenLogprob,
      float targetLogprob,
      int argmax,
      int[] alternativeTokens,
      float[] alternativeLogprobs,
      EngineException failure) {

    private static final int[] NO_TOKENS = {};
    private static final float[] NO_LOGPROBS = {};

    /** An answer. */
    public OutputResult(
        int chosen,
        float chosenLogprob,
        float targetLogprob,
        int argmax,
        int[] alternativeTokens,
        float[] alternativeLogprobs) {
      this(
          chosen,
          chosenLogprob,
          targetLogprob,
          argmax,
          alternativeTokens,
          alternativeLogprobs,
          null);
    }

    /** No answer: a fault of this output alone. */
    public static OutputResult failed(EngineException failure) {
      return new OutputResult(-1, Float.NaN, Float.NaN, -1, NO_TOKENS, NO_LOGPROBS, failure);
    }
  }
}
