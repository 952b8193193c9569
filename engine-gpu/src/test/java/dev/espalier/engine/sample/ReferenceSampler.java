package dev.espalier.engine.sample;

import dev.espalier.engine.forward.TokenChoice;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Chooses tokens the plain way, by sorting and in double precision. Where rounding decides, at the
 * border between two tokens or of the kept set, every answer within the rounding is acceptable.
 */
final class ReferenceSampler {
  private static final double ROUNDING = 5e-6;

  private ReferenceSampler() {}

  private record Candidate(int token, double logit, double probability) {}

  static Set<Integer> acceptable(float[] logits, int offset, int size, TokenChoice choice) {
    float[] scores = new float[size];
    System.arraycopy(logits, offset, scores, 0, size);
    for (int i = 0; i < choice.biasTokens().length; i++) {
      scores[choice.biasTokens()[i]] += choice.biases()[i];
    }
    for (int token : choice.seenTokens()) {
      scores[token] =
          scores[token] > 0
              ? scores[token] / (float) choice.repetitionPenalty()
              : scores[token] * (float) choice.repetitionPenalty();
    }
    for (int i = 0; i < choice.countedTokens().length; i++) {
      scores[choice.countedTokens()[i]] -=
          (float) choice.frequencyPenalty() * choice.counts()[i] + (float) choice.presencePenalty();
    }
    List<Candidate> candidates = new ArrayList<>();
    for (int token = 0; token < size; token++) {
      if (choice.allowed() == null || (choice.allowed()[token >> 6] >> token & 1) == 1) {
        candidates.add(new Candidate(token, scores[token] + 0.0, 0));
      }
    }
    candidates.sort(
        Comparator.comparingDouble(Candidate::logit).reversed().thenComparing(Candidate::token));
    if (choice.temperature() == 0) {
      return Set.of(candidates.get(0).token());
    }
    Set<Integer> acceptable = new LinkedHashSet<>();
    for (double slack : new double[] {-ROUNDING, 0, ROUNDING}) {
      draw(keep(candidates, choice, slack), choice, acceptable);
    }
    return acceptable;
  }

  private static List<Candidate> keep(List<Candidate> ordered, TokenChoice choice, double slack) {
    double largest = ordered.get(0).logit();
    List<Candidate> kept = new ArrayList<>();
    for (Candidate c : ordered) {
      double ratio = Math.exp((c.logit() - largest) / choice.temperature());
      if (ratio >= choice.minP() * (1 + slack)) {
        kept.add(new Candidate(c.token(), c.logit(), ratio));
      }
    }
    if (choice.topK() > 0 && kept.size() > choice.topK()) {
      kept = kept.subList(0, choice.topK());
    }
    double total = kept.stream().mapToDouble(Candidate::probability).sum();
    double mass = 0;
    for (int i = 0; i < kept.size(); i++) {
      mass += kept.get(i).probability();
      if (mass >= choice.topP() * total * (1 + slack)) {
        return kept.subList(0, i + 1);
      }
    }
    return kept;
  }

  /** Inverts the cumulative distribution in ascending order of ids. */
  private static void draw(List<Candidate> kept, TokenChoice choice, Set<Integer> acceptable) {
    List<Candidate> byId = new ArrayList<>(kept);
    byId.sort(Comparator.comparingInt(Candidate::token));
    double total = byId.stream().mapToDouble(Candidate::probability).sum();
    double share =
        new BigInteger(Long.toUnsignedString(Philox.bits(choice.seed(), choice.position())))
                .doubleValue()
            * 0x1p-64;
    double sum = 0;
    for (Candidate c : byId) {
      double before = sum / total;
      sum += c.probability();
      if (share >= before - ROUNDING && share < sum / total + ROUNDING) {
        acceptable.add(c.token());
      }
    }
  }
}
