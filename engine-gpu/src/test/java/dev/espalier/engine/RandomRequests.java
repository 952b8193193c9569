package dev.espalier.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** Requests of every kind for {@link SmallTokenizer}, often with beginnings in common. */
final class RandomRequests {
  private static final List<String> STOPS =
      List.of("a", "st", "stop", "bc", "abc", " ", "é", "1a", "op\n", "€");
  private static final List<String> PATTERNS =
      List.of("[ab]c", "s+t", "^[a-z]x", "é|1", " [a-m]", "a.*b", "[0-9]\\s");
  private static final List<Constraint> CONSTRAINTS =
      List.of(
          new Constraint.Regex("[a-f]{1,12}"),
          new Constraint.Regex("abc( stop| abc){2,}1?"),
          new Constraint.Regex("(st|op|é)*"),
          new Constraint.Regex("ab|abc|1€2"),
          new Constraint.Choice(List.of("stop", "stab", "abcabc", "a b", "é€")),
          new Constraint.Regex("")); // only the empty output

  private final Random random;
  private final int vocabularySize;
  private final List<TokenSequence> prompts = new ArrayList<>();

  RandomRequests(Random random, int vocabularySize) {
    this.random = random;
    this.vocabularySize = vocabularySize;
  }

  GenerationRequest generation(int maxPrompt, int maxTokens) {
    TokenSequence prompt = prompt(maxPrompt);
    return new GenerationRequest(
        prompt,
        sampling(prompt.length(), maxTokens),
        random.nextInt(4) == 0
            ? Optional.of(CONSTRAINTS.get(random.nextInt(CONSTRAINTS.size())))
            : Optional.empty(),
        new SeedPath(random.nextInt(3), "row", "step"),
        random.nextInt(3) == 0 ? 0 : 1 + random.nextInt(5));
  }

  ScoreRequest scoring(int maxPrefix, int maxContinuation) {
    List<TokenSequence> continuations = new ArrayList<>();
    for (int i = random.nextInt(6); i >= 0; i--) {
      TokenSequence fresh = tokens(1 + random.nextInt(maxContinuation));
      if (!continuations.isEmpty() && random.nextBoolean()) {
        TokenSequence other = continuations.get(random.nextInt(continuations.size()));
        int kept = random.nextInt(other.length() + 1);
        int added = Math.min(fresh.length(), maxContinuation - kept);
        fresh = other.slice(0, kept).concat(fresh.slice(0, added));
      }
      continuations.add(fresh.isEmpty() ? tokens(1) : fresh);
    }
    return new ScoreRequest(prompt(maxPrefix), continuations, random.nextInt(4));
  }

  /** A choice between {@code count} short continuations, no two of which begin alike. */
  ScoreRequest choice(int maxPrefix, int count) {
    List<TokenSequence> continuations =
        random
            .ints(0, vocabularySize)
            .distinct()
            .limit(count)
            .mapToObj(token -> TokenSequence.of(token).concat(tokens(oneIn(8) ? 2 : 0)))
            .toList();
    return new ScoreRequest(prompt(maxPrefix), continuations, 0);
  }

  /** New, or the beginning of an earlier one and then new. */
  private TokenSequence prompt(int longest) {
    TokenSequence prompt = tokens(1 + random.nextInt(longest));
    if (!prompts.isEmpty() && random.nextInt(4) > 0) {
      TokenSequence other = prompts.get(random.nextInt(prompts.size()));
      int kept = random.nextInt(other.length() + 1);
      int added = Math.max(kept == 0 ? 1 : 0, random.nextInt(longest - kept + 1));
      prompt = other.slice(0, kept).concat(tokens(added));
    }
    prompts.add(prompt);
    return prompt;
  }

  private TokenSequence tokens(int length) {
    return TokenSequence.of(random.ints(length, 0, vocabularySize).toArray());
  }

  private SamplingParameters sampling(int promptLength, int maxTokens) {
    SamplingParameters.Builder builder = SamplingParameters.builder();
    int most = 1 + random.nextInt(maxTokens);
    builder.maxTokens(most);
    if (oneIn(3)) {
      builder.temperature(0.2 + random.nextDouble());
      builder.topP(oneIn(2) ? 1 : 0.3 + 0.7 * random.nextDouble());
      builder.topK(oneIn(2) ? 0 : 1 + random.nextInt(20));
      builder.minP(oneIn(2) ? 0 : random.nextDouble() * 0.3);
    }
    builder.n(oneIn(5) ? 1 + random.nextInt(4) : 1);
    builder.minTokens(oneIn(3) ? random.nextInt(most + 1) : 0);
    builder.presencePenalty(oneIn(4) ? random.nextDouble() * 4 - 2 : 0);
    builder.frequencyPenalty(oneIn(4) ? random.nextDouble() * 4 - 2 : 0);
    builder.repetitionPenalty(oneIn(4) ? 0.5 + random.nextDouble() : 1);
    builder.logitBias(oneIn(4) ? bias() : Map.of());
    builder.allowedTokens(oneIn(8) ? someTokens(30) : Set.of());
    builder.badWords(oneIn(4) ? some(STOPS) : List.of());
    builder.stopStrings(oneIn(2) ? some(STOPS) : List.of());
    builder.stopTokens(oneIn(4) ? someTokens(4) : Set.of());
    builder.stopRegex(oneIn(4) ? PATTERNS.get(random.nextInt(PATTERNS.size())) : "");
    builder.ignoreEos(oneIn(4));
    builder.includeStop(oneIn(4));
    builder.logprobs(oneIn(4) ? random.nextInt(4) : 0);
    builder.promptLogprobsFrom(oneIn(5) ? random.nextInt(promptLength) : -1);
    return builder.build();
  }

  private boolean oneIn(int n) {
    return random.nextInt(n) == 0;
  }

  private List<String> some(List<String> all) {
    return all.stream().filter(s -> oneIn(4)).toList();
  }

  private Set<Integer> someTokens(int most) {
    Set<Integer> tokens = new HashSet<>();
    for (int i = random.nextInt(most) + 1; i > 0; i--) {
      tokens.add(random.nextInt(vocabularySize));
    }
    return tokens;
  }

  private Map<Integer, Double> bias() {
    Map<Integer, Double> bias = new HashMap<>();
    someTokens(5).forEach(token -> bias.put(token, random.nextGaussian() * 5));
    return bias;
  }
}
