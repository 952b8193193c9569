package dev.espalier.engine;

import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * How tokens are chosen and when a generation ends. Names and meanings are those of vLLM's
 * SamplingParams, and so is the order in which they apply; what differs is listed in {@code
 * docs/sampling.md}. Immutable; start from {@link #defaults()} or {@link #builder()}.
 *
 * @param maxTokens at most so many tokens are generated
 * @param minTokens end-of-turn tokens, even with {@code ignoreEos}, and stop tokens cannot be
 *     chosen before so many tokens
 * @param n independent samples of the same prompt, at most {@link #MOST_SAMPLES}
 * @param temperature 0 is greedy: the token of the largest logit, the smallest id among equals;
 *     else between {@link #LEAST_SCALE} and {@link #MOST_SCALE}
 * @param topP smallest set of most probable tokens whose mass reaches this, in (0, 1]
 * @param topK only the k most probable tokens; 0 is all, and so is -1, which becomes 0
 * @param minP only tokens at least this fraction as probable as the most probable one, in [0, 1]
 * @param presencePenalty subtracted from the logit of each token generated so far, in [-2, 2]
 * @param frequencyPenalty subtracted once for each time a token was generated so far, in [-2, 2]
 * @param repetitionPenalty divides positive and multiplies negative logits of tokens of the prompt
 *     and of the output; 1 is none; between {@link #LEAST_SCALE} and {@link #MOST_SCALE}
 * @param logitBias added to the logits of these token ids, before penalties; at most {@link
 *     #MOST_SCALE} up or down
 * @param allowedTokens if not empty, only these token ids
 * @param badWords texts whose last token cannot be chosen after the others of the text, in the
 *     spelling of the tokenizer, with and without a space before it; another spelling can come
 * @param stopStrings the output ends before the first of these; see {@code includeStop}
 * @param stopTokens ids that end the output, beside the model's own
 * @param stopRegex the output ends at the first match; empty is none
 * @param ignoreEos the model's own end-of-turn tokens do not end the output
 * @param includeStop the stop string, pattern or token stays in the output
 * @param logprobs how many alternatives to report for each generated token, at most {@link
 *     #MOST_LOGPROBS}
 * @param promptLogprobsFrom report log-probabilities of prompt tokens from this position on; -1 is
 *     none
 */
public record SamplingParameters(
    int maxTokens,
    int minTokens,
    int n,
    double temperature,
    double topP,
    int topK,
    double minP,
    double presencePenalty,
    double frequencyPenalty,
    double repetitionPenalty,
    Map<Integer, Double> logitBias,
    Set<Integer> allowedTokens,
    List<String> badWords,
    List<String> stopStrings,
    Set<Integer> stopTokens,
    String stopRegex,
    boolean ignoreEos,
    boolean includeStop,
    int logprobs,
    int promptLogprobsFrom)
    implements Serializable {

  /**
   * Most alternatives of a token. A step may report as many tokens as it computes, and devices keep
   * room for the alternatives of all of them.
   */
  public static final int MOST_LOGPROBS = 1000;

  /** Most samples of one prompt. */
  public static final int MOST_SAMPLES = 1024;

  /** Most texts in {@code badWords}, and in {@code stopStrings}. */
  public static final int MOST_TEXTS = 1024;

  /** Least temperature above 0 and least repetition penalty. */
  public static final double LEAST_SCALE = 1e-6;

  /** Most temperature, repetition penalty and bias, so that float32 holds what they make. */
  public static final double MOST_SCALE = 1e6;

  private static final String SCALE = "between 0.000001 and 1000000";
  private static final SamplingParameters DEFAULTS = builder().build();

  public SamplingParameters {
    // TreeMap fixes the order, which a floating-point sum or a serialised form may depend on.
    logitBias = java.util.Collections.unmodifiableMap(new TreeMap<>(logitBias));
    allowedTokens = Set.copyOf(allowedTokens);
    badWords = List.copyOf(badWords);
    stopStrings = List.copyOf(stopStrings);
    stopTokens = Set.copyOf(stopTokens);
    topK = topK == -1 ? 0 : topK;
    ParameterCheck check = new ParameterCheck();
    check.require(maxTokens >= 1, "maxTokens", maxTokens, "at least 1");
    check.require(
        minTokens >= 0 && (minTokens <= maxTokens || maxTokens < 1),
        "minTokens",
        minTokens,
        maxTokens < 1 ? "0 or more" : "between 0 and maxTokens, which is " + maxTokens);
    check.require(n >= 1 && n <= MOST_SAMPLES, "n", n, "between 1 and " + MOST_SAMPLES);
    check.require(
        temperature == 0 || isScale(temperature), "temperature", temperature, "0 or " + SCALE);
    check.require(topP > 0 && topP <= 1, "topP", topP, "more than 0 and at most 1");
    check.require(topK >= 0, "topK", topK, "0 (all) or more");
    check.require(minP >= 0 && minP <= 1, "minP", minP, "between 0 and 1");
    check.require(
        isPenalty(presencePenalty), "presencePenalty", presencePenalty, "between -2 and 2");
    check.require(
        isPenalty(frequencyPenalty), "frequencyPenalty", frequencyPenalty, "between -2 and 2");
    check.require(
        isScale(repetitionPenalty), "repetitionPenalty", repetitionPenalty, SCALE + " (1 is none)");
    logitBias.forEach(
        (token, bias) ->
            check.require(
                Math.abs(bias) <= MOST_SCALE,
                "logitBias",
                bias + " for token " + token,
                "between -1000000 and 1000000"));
    check.requireIds("logitBias", logitBias.keySet());
    check.requireIds("allowedTokens", allowedTokens);
    check.requireIds("stopTokens", stopTokens);
    check.requireTexts("stop", stopStrings, MOST_TEXTS);
    check.requireTexts("badWords", badWords, MOST_TEXTS);
    check.require(
        logprobs >= 0 && logprobs <= MOST_LOGPROBS,
        "logprobs",
        logprobs,
        "between 0 and " + MOST_LOGPROBS + "; all tokens of the vocabulary are not reported");
    check.require(
        promptLogprobsFrom >= -1,
        "promptLogprobsFrom",
        promptLogprobsFrom,
        "-1 (none) or a position");
    check.throwIfAny();
  }

  private static boolean isScale(double value) {
    return value >= LEAST_SCALE && value <= MOST_SCALE;
  }

  private static boolean isPenalty(double value) {
    return value >= -2 && value <= 2;
  }

  /** Greedy, at most 16 tokens, no penalties, no stops. */
  public static SamplingParameters defaults() {
    return DEFAULTS;
  }

  public static Builder builder() {
    return new Builder();
  }

  /** A builder that starts from these parameters. */
  public Builder toBuilder() {
    Builder builder = new Builder();
    builder.maxTokens = maxTokens;
    builder.minTokens = minTokens;
    builder.n = n;
    builder.temperature = temperature;
    builder.topP = topP;
    builder.topK = topK;
    builder.minP = minP;
    builder.presencePenalty = presencePenalty;
    builder.frequencyPenalty = frequencyPenalty;
    builder.repetitionPenalty = repetitionPenalty;
    builder.logitBias = logitBias;
    builder.allowedTokens = allowedTokens;
    builder.badWords = badWords;
    builder.stopStrings = stopStrings;
    builder.stopTokens = stopTokens;
    builder.stopRegex = stopRegex;
    builder.ignoreEos = ignoreEos;
    builder.includeStop = includeStop;
    builder.logprobs = logprobs;
    builder.promptLogprobsFrom = promptLogprobsFrom;
    return builder;
  }

  /** Named setters for {@link SamplingParameters}; not thread-safe. */
  public static final class Builder {
    private int maxTokens = 16;
    private int minTokens;
    private int n = 1;
    private double temperature;
    private double topP = 1;
    private int topK;
    private double minP;
    private double presencePenalty;
    private double frequencyPenalty;
    private double repetitionPenalty = 1;
    private Map<Integer, Double> logitBias = Map.of();
    private Set<Integer> allowedTokens = Set.of();
    private List<String> badWords = List.of();
    private List<String> stopStrings = List.of();
    private Set<Integer> stopTokens = Set.of();
    private String stopRegex = "";
    private boolean ignoreEos;
    private boolean includeStop;
    private int logprobs;
    private int promptLogprobsFrom = -1;

    private Builder() {}

    public Builder maxTokens(int value) {
      this.maxTokens = value;
      return this;
    }

    public Builder minTokens(int value) {
      this.minTokens = value;
      return this;
    }

    public Builder n(int value) {
      this.n = value;
      return this;
    }

    public Builder temperature(double value) {
      this.temperature = value;
      return this;
    }

    public Builder topP(double value) {
      this.topP = value;
      return this;
    }

    public Builder topK(int value) {
      this.topK = value;
      return this;
    }

    public Builder minP(double value) {
      this.minP = value;
      return this;
    }

    public Builder presencePenalty(double value) {
      this.presencePenalty = value;
      return this;
    }

    public Builder frequencyPenalty(double value) {
      this.frequencyPenalty = value;
      return this;
    }

    public Builder repetitionPenalty(double value) {
      this.repetitionPenalty = value;
      return this;
    }

    public Builder logitBias(Map<Integer, Double> value) {
      this.logitBias = value;
      return this;
    }

    public Builder allowedTokens(Set<Integer> value) {
      this.allowedTokens = value;
      return this;
    }

    public Builder badWords(List<String> value) {
      this.badWords = value;
      return this;
    }

    public Builder stopStrings(List<String> value) {
      this.stopStrings = value;
      return this;
    }

    public Builder stopTokens(Set<Integer> value) {
      this.stopTokens = value;
      return this;
    }

    public Builder stopRegex(String value) {
      this.stopRegex = value;
      return this;
    }

    public Builder ignoreEos(boolean value) {
      this.ignoreEos = value;
      return this;
    }

    public Builder includeStop(boolean value) {
      this.includeStop = value;
      return this;
    }

    public Builder logprobs(int value) {
      this.logprobs = value;
      return this;
    }

    public Builder promptLogprobsFrom(int value) {
      this.promptLogprobsFrom = value;
      return this;
    }

    /**
     * Checks and builds.
     *
     * @throws InvalidParametersException naming every parameter that is out of range
     */
    public SamplingParameters build() {
      return new SamplingParameters(
          maxTokens,
          minTokens,
          n,
          temperature,
          topP,
          topK,
          minP,
          presencePenalty,
          frequencyPenalty,
          repetitionPenalty,
          logitBias,
          allowedTokens,
          badWords,
          stopStrings,
          stopTokens,
          stopRegex,
          ignoreEos,
          includeStop,
          logprobs,
          promptLogprobsFrom);
    }
  }
}
