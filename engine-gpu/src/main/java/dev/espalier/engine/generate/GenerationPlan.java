package dev.espalier.engine.generate;

import dev.espalier.engine.GenerationRequest;
import dev.espalier.engine.SamplingParameters;
import dev.espalier.engine.constrain.vocabulary.CompiledConstraint;
import dev.espalier.engine.text.Tokenizer;
import java.util.Arrays;
import java.util.List;

/** A checked request, and what all its samples share. Immutable. */
public final class GenerationPlan {
  final GenerationRequest request;

  /** At most so many tokens are generated. */
  final int limit;

  /** Tokens that end the output, ascending. */
  final int[] ends;

  /** Tokens that cannot be chosen before {@code minTokens}, ascending. */
  final int[] heldBack;

  /** Token sequences that are never completed. */
  final List<int[]> badWords;

  /** Bits of the only tokens ever allowed, or null for all. */
  final long[] allowed;

  final int[] biasTokens;
  final float[] biases;
  final StopRules stops;

  /** Null for none. */
  final CompiledConstraint constraint;

  final Tokenizer tokenizer;
  final ByteSpeller speller;

  GenerationPlan(
      GenerationRequest request,
      int limit,
      int[] ends,
      int[] heldBack,
      List<int[]> badWords,
      long[] allowed,
      StopRules stops,
      CompiledConstraint constraint,
      Tokenizer tokenizer,
      ByteSpeller speller) {
    this.request = request;
    this.limit = limit;
    this.ends = ends;
    this.heldBack = heldBack;
    this.badWords = badWords;
    this.allowed = allowed;
    this.stops = stops;
    this.constraint = constraint;
    this.tokenizer = tokenizer;
    this.speller = speller;
    var bias = request.sampling().logitBias();
    this.biasTokens = bias.keySet().stream().mapToInt(Integer::intValue).toArray();
    this.biases = new float[biasTokens.length];
    for (int i = 0; i < biases.length; i++) {
      biases[i] = bias.get(biasTokens[i]).floatValue();
    }
  }

  /** Whether the first {@code length} of {@code bytes} may be a whole output. */
  boolean mayEndAfter(byte[] bytes, int length) {
    return constraint == null || constraint.accepts(bytes, length);
  }

  SamplingParameters sampling() {
    return request.sampling();
  }

  boolean isEnd(int token) {
    return Arrays.binarySearch(ends, token) >= 0;
  }
}
