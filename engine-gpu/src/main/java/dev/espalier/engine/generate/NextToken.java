package dev.espalier.engine.generate;

import dev.espalier.engine.SamplingParameters;
import dev.espalier.engine.constrain.vocabulary.CompiledConstraint;
import dev.espalier.engine.forward.TokenChoice;
import java.util.Arrays;

/**
 * How the next token of one sample is chosen, given those before it. Small sets of tokens that are
 * forbidden for a while are biases of negative infinity, so that nothing of the vocabulary's size
 * is made for them. Not thread-safe.
 */
final class NextToken {
  private static final int[] NONE = {};

  private final GenerationPlan plan;
  private final long seed;
  private final PenaltyCounts seen = new PenaltyCounts();
  private final PenaltyCounts generated = new PenaltyCounts();
  private int[] output = new int[16];
  private int length;

  // The last mask that was widened by the ending tokens, and the result: states often repeat.
  private long[] widened;
  private long[] widenedMask;

  NextToken(GenerationPlan plan, int sample) {
    this.plan = plan;
    this.seed = plan.request.seed().key(sample);
    if (hasRepetitionPenalty()) {
      seen.addAll(plan.request.prompt().toArray());
    }
  }

  private boolean hasRepetitionPenalty() {
    return plan.sampling().repetitionPenalty() != 1;
  }

  private boolean hasCountPenalty() {
    return plan.sampling().frequencyPenalty() != 0 || plan.sampling().presencePenalty() != 0;
  }

  /** Takes a token into account that was generated. */
  void add(int token) {
    if (length == output.length) {
      output = Arrays.copyOf(output, 2 * length);
    }
    output[length++] = token;
    if (hasRepetitionPenalty()) {
      seen.add(token);
    }
    if (hasCountPenalty()) {
      generated.add(token);
    }
  }

  /** Whether the output may end with an ending token here. */
  private boolean mayEnd(CompiledConstraint.State state) {
    return length >= plan.sampling().minTokens() && (state == null || state.mayEnd());
  }

  /** Whether {@code token} may follow, as far as the constraint does not decide it. */
  boolean permits(int token, CompiledConstraint.State state) {
    return (plan.allowed == null || isSet(plan.allowed, token))
        && Arrays.binarySearch(banned(state), token) < 0;
  }

  /**
   * The choice of the next token.
   *
   * @param state of the constraint, or null if there is none
   * @return null if no token may follow
   */
  TokenChoice choice(CompiledConstraint.State state) {
    int[] banned = banned(state);
    long[] mask = mask(state);
    if (mask != null && !leavesAny(mask, banned)) {
      return null;
    }
    int[] biasTokens = plan.biasTokens;
    float[] biases = plan.biases;
    if (banned.length > 0) {
      biasTokens = union(plan.biasTokens, banned);
      biases = new float[biasTokens.length];
      for (int i = 0; i < biases.length; i++) {
        int at = Arrays.binarySearch(plan.biasTokens, biasTokens[i]);
        biases[i] =
            Arrays.binarySearch(banned, biasTokens[i]) >= 0
                ? Float.NEGATIVE_INFINITY
                : plan.biases[at];
      }
    }
    SamplingParameters sampling = plan.sampling();
    return new TokenChoice(
        sampling.temperature(),
        sampling.topK(),
        sampling.topP(),
        sampling.minP(),
        sampling.repetitionPenalty(),
        sampling.frequencyPenalty(),
        sampling.presencePenalty(),
        seen.tokens(),
        generated.tokens(),
        generated.counts(),
        biasTokens,
        biases,
        mask,
        seed,
        length);
  }

  /** Tokens that must not come next, ascending: ends that are too early, ends of bad words. */
  private int[] banned(CompiledConstraint.State state) {
    int[] banned = mayEnd(state) ? NONE : plan.ends;
    if (length < plan.sampling().minTokens()) {
      banned = plan.heldBack;
    }
    for (int[] word : plan.badWords) {
      int before = word.length - 1;
      if (before <= length && Arrays.equals(output, length - before, length, word, 0, before)) {
        banned = union(banned, new int[] {word[before]});
      }
    }
    return banned;
  }

  private static int[] union(int[] a, int[] b) {
    int[] all = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, all, a.length, b.length);
    return Arrays.stream(all).sorted().distinct().toArray();
  }

  private long[] mask(CompiledConstraint.State state) {
    if (state == null) {
      return plan.allowed;
    }
    long[] mask = state.allowed();
    if (plan.ends.length > 0 && mayEnd(state)) {
      if (widened != mask) {
        long[] wider = mask.clone();
        for (int token : plan.ends) {
          wider[token >> 6] |= 1L << token;
        }
        widened = mask;
        widenedMask = wider;
      }
      mask = widenedMask;
    }
    if (plan.allowed != null) {
      mask = mask.clone();
      for (int i = 0; i < mask.length; i++) {
        mask[i] &= plan.allowed[i];
      }
    }
    return mask;
  }

  private static boolean leavesAny(long[] mask, int[] banned) {
    int next = 0;
    for (int word = 0; word < mask.length; word++) {
      long bits = mask[word];
      for (; next < banned.length && banned[next] >> 6 == word; next++) {
        bits &= ~(1L << banned[next]);
      }
      if (bits != 0) {
        return true;
      }
    }
    return false;
  }

  private static boolean isSet(long[] mask, int token) {
    return (mask[token >> 6] >>> token & 1) == 1;
  }
}
