package dev.espalier.row;

import java.io.Serializable;

/**
 * What one step of a program did. Everything here depends on the row, the program, the model and
 * the seed alone.
 *
 * @param step path of the step in the program, unique in the row, such as {@code reply} or {@code
 *     fork[1]/score}
 * @param kind {@code gen} or {@code select}
 * @param promptTokens tokens before the first generated one
 * @param cachedTokens how many of them an earlier step of the same row had already brought into the
 *     cache; what other rows shared is in the run report, since it depends on what ran
 * @param outputTokens tokens generated, or those of the winning choice
 * @param finishReason of a generation in lower case; {@code choice} for a choice
 * @param logprob sum of the log-probabilities of the output, natural logarithm
 * @param text the output
 */
public record StepTrace(
    String step,
    String kind,
    int promptTokens,
    int cachedTokens,
    int outputTokens,
    String finishReason,
    double logprob,
    String text)
    implements Serializable {}
