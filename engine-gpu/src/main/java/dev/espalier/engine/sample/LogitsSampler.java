package dev.espalier.engine.sample;

import dev.espalier.engine.EngineException;
import dev.espalier.engine.ErrorCode;
import dev.espalier.engine.forward.ForwardBatch;
import dev.espalier.engine.forward.ForwardResult.OutputResult;
import dev.espalier.engine.forward.TokenChoice;

/**
 * Answers what a step wants to know of one row of logits: the next token, log-probabilities, the
 * most probable tokens. Equal rows and outputs give equal results, bit for bit. Reused from row to
 * row; not thread-safe, one for each thread.
 */
public final class LogitsSampler {
  private static final int[] NO_TOKENS = {};
  private static final float[] NO_LOGPROBS = {};

  private final int vocabularySize;
  private final SumExp sumExp;
  private final RankedTokens ranked;
  private final TokenSampler sampler;

  public LogitsSampler(int vocabularySize) {
    this(vocabularySize, Softmax::sumExp);
  }

  public LogitsSampler(int vocabularySize, SumExp sumExp) {
    this.vocabularySize = vocabularySize;
    this.sumExp = sumExp;
    this.ranked = new RankedTokens(vocabularySize);
    this.sampler = new TokenSampler(vocabularySize, ranked);
  }

  /**
   * What {@code output} asks of the logits in {@code [offset, offset + vocabularySize)}, which are
   * not changed.
   *
   * @throws EngineException LOGITS_NOT_FINITE; CONSTRAINT_UNSATISFIABLE if the choice allows no
   *     token; INVALID_PARAMETERS if it makes logits that float32 cannot hold
   */
  public OutputResult sample(float[] logits, int offset, ForwardBatch.Output output) {
    int argmax = Softmax.argmax(logits, offset, vocabularySize);
    float largest = logits[offset + argmax];
    double sum = sumExp.of(logits, offset, vocabularySize, largest);
    double logSumExp = largest + StrictMath.log(sum);
    if (!Double.isFinite(logSumExp)) {
      throw new EngineException(
          ErrorCode.LOGITS_NOT_FINITE,
          "The model's logits are not finite; the checkpoint may be damaged");
    }
    int chosen = -1;
    if (output.choice() != null) {
      TokenChoice choice = output.choice();
      chosen = isPlainGreedy(choice) ? argmax : sampler.choose(logits, offset, choice);
    }
    int[] tokens = NO_TOKENS;
    float[] logprobs = NO_LOGPROBS;
    if (output.alternatives() > 0) {
      tokens = mostProbable(logits, offset, Math.min(output.alternatives(), vocabularySize));
      logprobs = new float[tokens.length];
      for (int i = 0; i < tokens.length; i++) {
        logprobs[i] = logprob(logits, offset, tokens[i], logSumExp);
      }
    }
    return new OutputResult(
        chosen,
        chosen < 0 ? Float.NaN : logprob(logits, offset, chosen, logSumExp),
        output.target() < 0 ? Float.NaN : logprob(logits, offset, output.target(), logSumExp),
        argmax,
        tokens,
        logprobs);
  }

  private static boolean isPlainGreedy(TokenChoice choice) {
    return choice.temperature() == 0
        && choice.allowed() == null
        && choice.biasTokens().length == 0
        && choice.seenTokens().length == 0
        && choice.countedTokens().length == 0;
  }

  private static float logprob(float[] logits, int offset, int token, double logSumExp) {
    return (float) (logits[offset + token] - logSumExp);
  }

  private int[] mostProbable(float[] logits, int offset, int count) {
    ranked.clear();
    for (int token = 0; token < vocabularySize; token++) {
      ranked.add(logits[offset + token], token);
    }
    ranked.order();
    int[] tokens = new int[count];
    for (int i = 0; i < count; i++) {
      tokens[i] = RankedTokens.token(ranked.next());
    }
    return tokens;
  }
}
