package dev.espalier.engine;

import dev.espalier.engine.constrain.vocabulary.CompiledConstraint;
import dev.espalier.engine.forward.ForwardBatch;
import dev.espalier.engine.forward.ForwardResult;
import dev.espalier.engine.forward.TokenChoice;
import dev.espalier.engine.sample.LogitsSampler;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Generates the plain way: one token after the other, everything worked out anew from the
 * definitions for each.
 */
final class ReferenceGenerator {
  private final GenerationRequest request;
  private final SamplingParameters sampling;
  private final SmallTokenizer tokenizer = EngineFixture.TOKENIZER;
  private final CompiledConstraint constraint;
  private final ModelInfo model;
  private final Function<int[], float[]> logits;
  private final Set<Integer> ends = new TreeSet<>();
  private final List<Integer> output = new ArrayList<>();
  private final List<Float> logprobs = new ArrayList<>();

  /**
   * @param tokens kept, before a stop is cut out of the middle of one
   */
  record Expected(
      List<Integer> tokens,
      String text,
      FinishReason reason,
      List<Float> logprobs,
      int generated,
      boolean constraintMet) {}

  /**
   * @param logits after a sequence of tokens
   */
  ReferenceGenerator(
      GenerationRequest request,
      ModelInfo model,
      CompiledConstraint constraint,
      Function<int[], float[]> logits) {
    this.logits = logits;
    this.request = request;
    this.sampling = request.sampling();
    this.model = model;
    this.constraint = constraint;
    ends.addAll(sampling.stopTokens());
    if (!sampling.ignoreEos()) {
      ends.addAll(model.endOfTurnTokens());
    }
  }

  /** Null if the constraint cannot be met. */
  Expected generate(int sample) {
    CompiledConstraint.State state = constraint == null ? null : constraint.start();
    int limit = Math.min(sampling.maxTokens(), model.contextLength() - request.prompt().length());
    while (true) {
      boolean[] allowed = allowed(state);
      boolean none = true;
      for (boolean one : allowed) {
        none &= !one;
      }
      boolean isFinal = state != null && state.isFinal();
      if (isFinal && state.mayEnd()) {
        return expected(output.size(), FinishReason.CONSTRAINT);
      }
      if (output.size() == limit) {
        return expected(output.size(), FinishReason.LENGTH);
      }
      if (isFinal || none) {
        boolean mayEnd = state != null && state.mayEnd();
        return mayEnd ? expected(output.size(), FinishReason.CONSTRAINT) : null;
      }
      ForwardResult.OutputResult chosen = choose(allowed, sample);
      output.add(chosen.chosen());
      logprobs.add(chosen.chosenLogprob());
      if (ends.contains(chosen.chosen())) {
        return expected(output.size() - (sampling.includeStop() ? 0 : 1), FinishReason.STOP);
      }
      state = state == null ? null : state.next(chosen.chosen());
      int[] stop = stop();
      if (stop != null) {
        return stopped(sampling.includeStop() ? stop[1] : stop[0]);
      }
    }
  }

  private Expected expected(int kept, FinishReason reason) {
    return new Expected(
        output.subList(0, kept),
        new String(bytes(kept), StandardCharsets.UTF_8),
        reason,
        logprobs.subList(0, kept),
        output.size(),
        reason == FinishReason.STOP || isMet(bytes(kept)));
  }

  private Expected stopped(int textEnd) {
    int kept = 0;
    while (kept < output.size() && bytes(kept + 1).length <= textEnd) {
      kept++;
    }
    return new Expected(
        output.subList(0, kept),
        new String(bytes(output.size()), 0, textEnd, StandardCharsets.UTF_8),
        FinishReason.STOP,
        logprobs.subList(0, kept),
        output.size(),
        isMet(Arrays.copyOf(bytes(output.size()), textEnd)));
  }

  private boolean isMet(byte[] text) {
    return constraint == null || constraint.accepts(text, text.length);
  }

  private byte[] bytes(int tokens) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    output.subList(0, tokens).forEach(token -> bytes.writeBytes(tokenizer.bytes(token)));
    return bytes.toByteArray();
  }

  /** First and last byte of the stop that is complete first, or null. */
  private int[] stop() {
    byte[] all = bytes(output.size());
    int from = bytes(Math.min(output.size(), sampling.minTokens())).length;
    for (int end = from + 1; end <= all.length; end++) {
      for (int start = 0; start < end; start++) {
        byte[] part = Arrays.copyOfRange(all, start, end);
        for (String stop : sampling.stopStrings()) {
          if (Arrays.equals(part, stop.getBytes(StandardCharsets.UTF_8))
              && mayEnd(all, start, end)) {
            return new int[] {start, end};
          }
        }
        if (!sampling.stopRegex().isEmpty()
            && matches(all, start, end)
            && mayEnd(all, start, end)) {
          return new int[] {start, end};
        }
      }
    }
    return null;
  }

  /** Whether what a stop leaves of the output meets the constraint, each byte a token. */
  private boolean mayEnd(byte[] all, int start, int end) {
    return constraint == null || constraint.accepts(all, sampling.includeStop() ? end : start);
  }

  /** Whether the pattern matches these bytes, which begin and end at characters. */
  private boolean matches(byte[] all, int start, int end) {
    StringBuilder text = new StringBuilder();
    int from = -1;
    int at = 0;
    while (at < end) {
      from = at == start ? text.length() : from;
      String character = character(all, at);
      text.append(character.isEmpty() ? "\uFFFD" : character);
      at += Math.max(1, character.getBytes(StandardCharsets.UTF_8).length);
    }
    if (at != end || from < 0) {
      return false;
    }
    Matcher matcher = Pattern.compile(sampling.stopRegex()).matcher(text);
    matcher.useAnchoringBounds(false);
    return matcher.region(from, text.length()).matches();
  }

  /** The character at {@code at}, empty if there is none. */
  private static String character(byte[] all, int at) {
    for (int size = 1; size <= 4 && at + size <= all.length; size++) {
      byte[] part = Arrays.copyOfRange(all, at, at + size);
      String text = new String(part, StandardCharsets.UTF_8);
      if (Arrays.equals(text.getBytes(StandardCharsets.UTF_8), part)) {
        return text;
      }
    }
    return "";
  }

  private boolean[] allowed(CompiledConstraint.State state) {
    boolean early = output.size() < sampling.minTokens();
    boolean mayEnd = !early && (state == null || state.mayEnd());
    boolean[] allowed = new boolean[model.vocabularySize()];
    for (int token = 0; token < allowed.length; token++) {
      boolean fits = state == null || (state.allowed()[token >> 6] >>> token & 1) == 1;
      allowed[token] =
          (ends.contains(token) ? mayEnd : fits)
              && (sampling.allowedTokens().isEmpty() || sampling.allowedTokens().contains(token))
              && !(early && model.endOfTurnTokens().contains(token))
              && !isBad(token);
    }
    return allowed;
  }

  private boolean isBad(int token) {
    for (String word : sampling.badWords()) {
      String bare = word.isBlank() ? word : word.stripLeading();
      List<Integer> plain = encode(bare);
      List<Integer> spaced = encode(" " + bare);
      if (endsWith(plain, token)
          || (!word.isBlank()
              && spaced.size() == plain.size()
              && !spaced.get(0).equals(plain.get(0))
              && endsWith(spaced, token))) {
        return true;
      }
    }
    return false;
  }

  private List<Integer> encode(String text) {
    return Arrays.stream(tokenizer.encode(text, false).toArray()).boxed().toList();
  }

  private boolean endsWith(List<Integer> word, int token) {
    List<Integer> all = new ArrayList<>(output);
    all.add(token);
    return all.size() >= word.size()
        && all.subList(all.size() - word.size(), all.size()).equals(word);
  }

  private ForwardResult.OutputResult choose(boolean[] allowed, int sample) {
    int[] history = new int[request.prompt().length() + output.size()];
    request.prompt().copyTo(0, request.prompt().length(), history, 0);
    TreeMap<Integer, Integer> counts = new TreeMap<>();
    for (int i = 0; i < output.size(); i++) {
      history[request.prompt().length() + i] = output.get(i);
      counts.merge(output.get(i), 1, Integer::sum);
    }
    long[] mask = new long[(allowed.length + 63) / 64];
    for (int token = 0; token < allowed.length; token++) {
      mask[token >> 6] |= allowed[token] ? 1L << token : 0;
    }
    boolean repetition = sampling.repetitionPenalty() != 1;
    TokenChoice choice =
        new TokenChoice(
            sampling.temperature(),
            sampling.topK(),
            sampling.topP(),
            sampling.minP(),
            sampling.repetitionPenalty(),
            sampling.frequencyPenalty(),
            sampling.presencePenalty(),
            repetition ? Arrays.stream(history).sorted().distinct().toArray() : new int[0],
            counts.keySet().stream().mapToInt(i -> i).toArray(),
            counts.values().stream().mapToInt(i -> i).toArray(),
            sampling.logitBias().keySet().stream().mapToInt(i -> i).toArray(),
            biases(),
            mask,
            request.seed().key(sample),
            output.size());
    return new LogitsSampler(allowed.length)
        .sample(logits.apply(history), 0, new ForwardBatch.Output(0, -1, 0, choice));
  }

  private float[] biases() {
    float[] biases = new float[sampling.logitBias().size()];
    int i = 0;
    for (double bias : sampling.logitBias().values()) {
      biases[i++] = (float) bias;
    }
    return biases;
  }
}
