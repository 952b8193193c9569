package dev.espalier.engine.step;

/**
 * How one token is chosen from its logits. Applied in this order: repetition, frequency and
 * presence penalties; bias; the allowed set; temperature; min-p; top-k and top-p; then the draw.
 * Temperature 0 takes the largest logit after the allowed set, the smallest id among equals.
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
    int position) {}
