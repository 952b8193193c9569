package dev.espalier.engine.forward;

/**
 * How one token is chosen from its logits. Applied in this order: bias; repetition, frequency and
 * presence penalties; the allowed set, which may as well come first, as what is not allowed stays
 * so; temperature; min-p; top-k and top-p; then the draw. Temperature 0 takes the largest logit
 * after the allowed set, the smallest id among equals.
 *
 * @param temperature 0 or more
 * @param topK 0 is all
 * @param topP in (0, 1]
 * @param minP in [0, 1]
 * @param repetitionPenalty 1 is none; applied to {@code seenTokens}
 * @param frequencyPenalty 0 is none; applied to {@code countedTokens}, once per count
 * @param presencePenalty 0 is none; applied to {@code countedTokens}
 * @param seenTokens distinct ids of prompt and output, ascending; empty if there is no repetition
 *     penalty
 * @param countedTokens distinct ids of the output, ascending; empty if neither penalty is set
 * @param counts how often each of {@code countedTokens} occurs
 * @param biasTokens ids with a bias, ascending
 * @param biases added to their logits
 * @param allowed bit {@code t & 63} of word {@code t >> 6} is set if token {@code t} may be chosen;
 *     null is all
 * @param seed key of the counter-based generator, see {@link dev.espalier.engine.SeedPath#key}
 * @param position counter of the generator: the index of the token in the output
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; read on the hot path
public record TokenChoice(
    double temperature,
    int topK,
    double topP,
    double minP,
    double repetitionPenalty,
    double frequencyPenalty,
    double presencePenalty,
    int[] seenTokens,
    int[] countedTokens,
    int[] counts,
    int[] biasTokens,
    float[] biases,
    long[] allowed,
    long seed,
    int position) {

  /** Why a choice fails that leaves no token. */
  public static final String ALLOWS_NONE =
      "No token may follow: what is allowed, barred and biased leaves none";

  /** Why a choice fails whose largest logit is no number any more. */
  public static final String OVERFLOWS =
      "The logits with their bias and penalties are more than float32 holds; use a logitBias"
          + " nearer to 0, or a repetitionPenalty nearer to 1";
}
