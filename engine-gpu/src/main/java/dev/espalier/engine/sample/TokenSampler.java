package dev.espalier.engine.sample;

import dev.espalier.engine.EngineException;
import dev.espalier.engine.ErrorCode;
import dev.espalier.engine.forward.TokenChoice;

/**
 * The scalar reference of {@link TokenChoice}. Probabilities are integers: a token's weight is its
 * probability relative to the most probable one, in units of 2^-40, so that sums do not depend on
 * the order in which they are taken. Reused from row to row; not thread-safe.
 */
final class TokenSampler {
  private static final float ONE = 0x1p40f;
  // Below this score, which is relative to the largest, a weight is 0.
  private static final float LEAST = -28;

  private final int vocabularySize;
  private final RankedTokens ranked;
  private final float[] scores;

  TokenSampler(int vocabularySize, RankedTokens ranked) {
    this.vocabularySize = vocabularySize;
    this.ranked = ranked;
    this.scores = new float[vocabularySize];
  }

  int choose(float[] logits, int offset, TokenChoice choice) {
    System.arraycopy(logits, offset, scores, 0, vocabularySize);
    for (int i = 0; i < choice.biasTokens().length; i++) {
      scores[choice.biasTokens()[i]] += choice.biases()[i];
    }
    penalise(choice);
    restrict(choice.allowed());
    int best = Softmax.argmax(scores, 0, vocabularySize);
    if (scores[best] == Float.NEGATIVE_INFINITY) {
      throw new EngineException(ErrorCode.CONSTRAINT_UNSATISFIABLE, TokenChoice.ALLOWS_NONE);
    } else if (!(scores[best] < Float.POSITIVE_INFINITY)) {
      throw new EngineException(ErrorCode.INVALID_PARAMETERS, TokenChoice.OVERFLOWS);
    }
    return choice.temperature() == 0 ? best : draw(choice, best);
  }

  private void penalise(TokenChoice choice) {
    float repetition = (float) choice.repetitionPenalty();
    for (int token : choice.seenTokens()) {
      float score = scores[token];
      scores[token] = score > 0 ? score / repetition : score * repetition;
    }
    float frequency = (float) choice.frequencyPenalty();
    float presence = (float) choice.presencePenalty();
    for (int i = 0; i < choice.countedTokens().length; i++) {
      scores[choice.countedTokens()[i]] -= frequency * choice.counts()[i] + presence;
    }
  }

  private void restrict(long[] allowed) {
    if (allowed == null) {
      return;
    }
    for (int word = 0; word * 64 < vocabularySize; word++) {
      long bits = word < allowed.length ? allowed[word] : 0;
      if (bits == -1) {
        continue;
      }
      int end = Math.min(vocabularySize, word * 64 + 64);
      for (int token = word * 64; token < end; token++) {
        if ((bits >>> token & 1) == 0) {
          scores[token] = Float.NEGATIVE_INFINITY;
        }
      }
    }
  }

  /** The first token, by id, at which the sum of kept weights exceeds a uniform share of all. */
  private int draw(TokenChoice choice, int best) {
    float largest = scores[best];
    for (int token = 0; token < vocabularySize; token++) {
      scores[token] = (float) (((double) scores[token] - largest) / choice.temperature());
    }
    long last = lastKept(choice);
    long total = 0;
    for (int token = 0; token < vocabularySize; token++) {
      total += keptWeight(token, last);
    }
    // 63 random bits times twice the total, divided by 2^64: uniform in [0, total).
    long share = Math.multiplyHigh(Philox.bits(choice.seed(), choice.position()) >>> 1, total << 1);
    int token = -1;
    for (long sum = 0; sum <= share; ) {
      sum += keptWeight(++token, last);
    }
    return token;
  }

  private long keptWeight(int token, long last) {
    float score = scores[token];
    return score >= LEAST && RankedTokens.key(score, token) >= last ? weight(score) : 0;
  }

  /** The key of the least probable token that min-p, top-k and top-p keep. */
  private long lastKept(TokenChoice choice) {
    float floor = Math.max(LEAST, (float) StrictMath.log(choice.minP()));
    if (choice.topK() == 0 && choice.topP() >= 1) {
      return RankedTokens.key(floor, Integer.MAX_VALUE);
    }
    ranked.clear();
    long mass = 0;
    for (int token = 0; token < vocabularySize; token++) {
      float score = scores[token];
      if (score >= floor) {
        ranked.add(score, token);
        mass += weight(score);
      }
    }
    ranked.order();
    if (choice.topK() == 0 || choice.topK() >= ranked.size()) {
      return lastOfMass(choice.topP(), mass);
    }
    long[] kept = new long[choice.topK()];
    mass = 0;
    for (int i = 0; i < kept.length; i++) {
      kept[i] = ranked.next();
      mass += weight(scores[RankedTokens.token(kept[i])]);
    }
    ranked.fill(kept);
    return lastOfMass(choice.topP(), mass);
  }

  /** The key at which the ranked tokens, {@code mass} together, reach a share of their mass. */
  private long lastOfMass(double topP, long mass) {
    long wanted = topP >= 1 ? mass : Math.min(mass, (long) Math.ceil(topP * mass));
    long key = Long.MAX_VALUE;
    for (long sum = 0; sum < wanted; ) {
      key = ranked.next();
      sum += weight(scores[RankedTokens.token(key)]);
    }
    return key;
  }

  private static long weight(float score) {
    return (long) (Softmax.exp(score) * ONE);
  }
}
