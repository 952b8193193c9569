package dev.espalier.engine;

import dev.espalier.engine.text.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The probabilities of whole outputs, enumerated in float64, each step in the order of vLLM 0.33's
 * sampler: allowed tokens, bad words, minimum of tokens, logit bias, penalties, temperature, min-p,
 * top-k, top-p. Written from that sampler's description, without anything of the engine.
 */
final class VllmDistribution {
  private final SamplingGolden golden;
  private final SamplingParameters sampling;
  private final Set<Integer> endOfTurn;
  private final Tokenizer tokenizer;
  private final Map<List<Integer>, Double> outputs = new LinkedHashMap<>();

  private VllmDistribution(
      SamplingGolden golden,
      SamplingParameters sampling,
      Set<Integer> endOfTurn,
      Tokenizer tokenizer) {
    this.golden = golden;
    this.sampling = sampling;
    this.endOfTurn = endOfTurn;
    this.tokenizer = tokenizer;
  }

  /** Outputs with the token that ends them, and their probabilities; those of 0 are left out. */
  static Map<List<Integer>, Double> of(
      SamplingGolden golden,
      SamplingParameters sampling,
      Set<Integer> endOfTurn,
      Tokenizer tokenizer) {
    VllmDistribution distribution = new VllmDistribution(golden, sampling, endOfTurn, tokenizer);
    distribution.enumerate(List.of(), 1);
    return distribution.outputs;
  }

  private void enumerate(List<Integer> output, double probability) {
    double[] next = probabilities(output);
    for (int token = 0; token < next.length; token++) {
      if (next[token] > 0) {
        List<Integer> longer = new ArrayList<>(output);
        longer.add(token);
        boolean ends =
            sampling.stopTokens().contains(token)
                || (endOfTurn.contains(token) && !sampling.ignoreEos());
        if (ends || longer.size() == sampling.maxTokens()) {
          outputs.put(longer, probability * next[token]);
        } else {
          enumerate(longer, probability * next[token]);
        }
      }
    }
  }

  private double[] probabilities(List<Integer> output) {
    double[] logits = golden.logits(output);
    mask(logits, output);
    sampling.logitBias().forEach((token, bias) -> logits[token] += bias);
    penalise(logits, output);
    if (sampling.temperature() == 0) {
      double[] one = new double[logits.length];
      one[argmax(logits)] = 1;
      return one;
    }
    for (int token = 0; token < logits.length; token++) {
      logits[token] /= sampling.temperature();
    }
    double[] probabilities = softmax(logits);
    double least = sampling.minP() * probabilities[argmax(probabilities)];
    for (int token = 0; token < logits.length; token++) {
      if (probabilities[token] < least) {
        logits[token] = Double.NEGATIVE_INFINITY;
      }
    }
    topK(logits);
    topP(logits);
    return softmax(logits);
  }

  private void mask(double[] logits, List<Integer> output) {
    Set<Integer> barred = new HashSet<>();
    for (List<Integer> word : badWords()) {
      List<Integer> before = word.subList(0, word.size() - 1);
      if (output.size() >= before.size()
          && output.subList(output.size() - before.size(), output.size()).equals(before)) {
        barred.add(word.get(word.size() - 1));
      }
    }
    if (output.size() < sampling.minTokens()) {
      barred.addAll(sampling.stopTokens());
      barred.addAll(endOfTurn);
    }
    for (int token = 0; token < logits.length; token++) {
      boolean allowed =
          sampling.allowedTokens().isEmpty() || sampling.allowedTokens().contains(token);
      if (!allowed || barred.contains(token)) {
        logits[token] = Double.NEGATIVE_INFINITY;
      }
    }
  }

  private List<List<Integer>> badWords() {
    List<List<Integer>> sequences = new ArrayList<>();
    for (String word : sampling.badWords()) {
      List<Integer> plain = encode(word.stripLeading());
      List<Integer> spaced = encode(" " + word.stripLeading());
      sequences.add(plain);
      if (!spaced.get(0).equals(plain.get(0)) && spaced.size() == plain.size()) {
        sequences.add(spaced);
      }
    }
    return sequences;
  }

  private List<Integer> encode(String text) {
    return Arrays.stream(tokenizer.encode(text, false).toArray()).boxed().toList();
  }

  private void penalise(double[] logits, List<Integer> output) {
    Set<Integer> seen = new HashSet<>(output);
    Arrays.stream(golden.prompt().toArray()).forEach(seen::add);
    for (int token : seen) {
      logits[token] =
          logits[token] > 0
              ? logits[token] / sampling.repetitionPenalty()
              : logits[token] * sampling.repetitionPenalty();
    }
    for (int token : output) {
      logits[token] -= sampling.frequencyPenalty();
    }
    for (int token : new HashSet<>(output)) {
      logits[token] -= sampling.presencePenalty();
    }
  }

  private void topK(double[] logits) {
    if (sampling.topK() > 0 && sampling.topK() < logits.length) {
      double[] sorted = logits.clone();
      Arrays.sort(sorted);
      double least = sorted[sorted.length - sampling.topK()];
      for (int token = 0; token < logits.length; token++) {
        if (logits[token] < least) {
          logits[token] = Double.NEGATIVE_INFINITY;
        }
      }
    }
  }

  /** From the least probable up, what makes less than the rest of the mass is left out. */
  private void topP(double[] logits) {
    if (sampling.topP() >= 1) {
      return;
    }
    double[] probabilities = softmax(logits);
    int[] ascending =
        IntStream.range(0, logits.length)
            .boxed()
            .sorted((a, b) -> Double.compare(logits[a], logits[b]))
            .mapToInt(Integer::intValue)
            .toArray();
    double sum = 0;
    for (int i = 0; i < ascending.length - 1; i++) {
      sum += probabilities[ascending[i]];
      if (sum <= 1 - sampling.topP()) {
        logits[ascending[i]] = Double.NEGATIVE_INFINITY;
      }
    }
  }

  private static double[] softmax(double[] logits) {
    double largest = logits[argmax(logits)];
    double[] probabilities = new double[logits.length];
    double sum = 0;
    for (int token = 0; token < logits.length; token++) {
      probabilities[token] = Math.exp(logits[token] - largest);
      sum += probabilities[token];
    }
    for (int token = 0; token < logits.length; token++) {
      probabilities[token] /= sum;
    }
    return probabilities;
  }

  private static int argmax(double[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      best = values[i] > values[best] ? i : best;
    }
    return best;
  }
}
