package dev.espalier.engine.generate;

import dev.espalier.engine.Constraint;
import dev.espalier.engine.EngineException;
import dev.espalier.engine.ErrorCode;
import dev.espalier.engine.GenerationRequest;
import dev.espalier.engine.ModelInfo;
import dev.espalier.engine.SamplingParameters;
import dev.espalier.engine.ScoreRequest;
import dev.espalier.engine.TokenSequence;
import dev.espalier.engine.constrain.vocabulary.CompiledConstraint;
import dev.espalier.engine.text.Tokenizer;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Checks requests against the model and prepares what is the same for all their samples. All
 * problems of a request are found here, before it is in line. Thread-safe.
 */
public final class RequestPlanner {
  private final ModelInfo model;
  private final Tokenizer tokenizer;
  private final Function<Constraint, CompiledConstraint> compiler;
  private final int cacheTokens;
  private final ByteSpeller speller;
  private final BadWords badWords;
  private final StopPatterns stopPatterns = new StopPatterns();

  /**
   * @param compiler compiles constraints for the vocabulary of {@code tokenizer}; thread-safe
   * @param cacheTokens most tokens whose keys and values fit into the cache
   */
  public RequestPlanner(
      ModelInfo model,
      Tokenizer tokenizer,
      Function<Constraint, CompiledConstraint> compiler,
      int cacheTokens) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.compiler = compiler;
    this.cacheTokens = cacheTokens;
    this.speller = new ByteSpeller(tokenizer);
    this.badWords = new BadWords(tokenizer);
  }

  /**
   * @throws EngineException of kind USER, saying what is wrong with the request
   */
  public GenerationPlan plan(GenerationRequest request) {
    SamplingParameters sampling = request.sampling();
    TokenSequence prompt = request.prompt();
    checkTokens(prompt, "prompt");
    if (prompt.length() >= model.contextLength()) {
      throw tooLong("The prompt has " + prompt.length() + " tokens and leaves none to generate");
    }
    int limit = Math.min(sampling.maxTokens(), model.contextLength() - prompt.length());
    checkFits(prompt.length() + limit - 1, "lower maxTokens or raise kvCacheBytes");
    Set<Integer> heldBack = new TreeSet<>(sampling.stopTokens());
    heldBack.addAll(model.endOfTurnTokens());
    Set<Integer> ends = sampling.ignoreEos() ? new TreeSet<>(sampling.stopTokens()) : heldBack;
    checkIds(sampling.stopTokens(), "stopTokens");
    checkIds(sampling.allowedTokens(), "allowedTokens");
    checkIds(sampling.logitBias().keySet(), "logitBias");
    if (sampling.promptLogprobsFrom() >= prompt.length()) {
      throw new EngineException(
          ErrorCode.INVALID_PARAMETERS,
          "promptLogprobsFrom is "
              + sampling.promptLogprobsFrom()
              + " but the prompt has "
              + prompt.length()
              + " tokens");
    }
    return new GenerationPlan(
        request,
        limit,
        ends.stream().mapToInt(Integer::intValue).toArray(),
        heldBack.stream().mapToInt(Integer::intValue).toArray(),
        badWords.sequences(sampling.badWords()),
        sampling.allowedTokens().isEmpty() ? null : mask(sampling.allowedTokens()),
        new StopRules(
            sampling.stopStrings(),
            sampling.stopRegex().isEmpty() ? null : stopPatterns.get(sampling.stopRegex()),
            sampling.minTokens()),
        request.constraint().map(compiler).orElse(null),
        tokenizer,
        speller);
  }

  /**
   * @throws EngineException of kind USER, saying what is wrong with the request
   */
  public ScoringPlan plan(ScoreRequest request) {
    checkTokens(request.prefix(), "prefix");
    for (int i = 0; i < request.continuations().size(); i++) {
      TokenSequence continuation = request.continuations().get(i);
      checkTokens(continuation, "continuation " + i);
      // The last token is scored and not read.
      int read = request.prefix().length() + continuation.length() - 1;
      if (read > model.contextLength()) {
        throw tooLong(
            "The prefix and continuation "
                + i
                + " without its last token have "
                + read
                + " tokens");
      }
      checkFits(read, "raise kvCacheBytes");
    }
    return ScoringPlan.of(request);
  }

  private EngineException tooLong(String what) {
    return new EngineException(
        ErrorCode.PROMPT_TOO_LONG,
        what + "; the context of the model is " + model.contextLength() + " tokens");
  }

  private void checkFits(int tokens, String remedy) {
    if (tokens > cacheTokens) {
      throw new EngineException(
          ErrorCode.REQUEST_EXCEEDS_CACHE,
          "The request may need keys and values of "
              + tokens
              + " tokens, the cache has room for "
              + cacheTokens
              + "; "
              + remedy);
    }
  }

  private void checkTokens(TokenSequence tokens, String name) {
    if (tokens.isEmpty()) {
      throw new EngineException(ErrorCode.PROMPT_EMPTY, "The " + name + " has no tokens");
    }
    for (int i = 0; i < tokens.length(); i++) {
      if (tokens.get(i) < 0 || tokens.get(i) >= model.vocabularySize()) {
        throw new EngineException(
            ErrorCode.INVALID_TOKEN,
            "Token "
                + i
                + " of the "
                + name
                + " is "
                + tokens.get(i)
                + "; the vocabulary has "
                + model.vocabularySize());
      }
    }
  }

  private void checkIds(Collection<Integer> ids, String name) {
    for (int id : ids) {
      if (id < 0 || id >= model.vocabularySize()) {
        throw new EngineException(
            ErrorCode.INVALID_PARAMETERS,
            name + " holds " + id + "; the vocabulary has " + model.vocabularySize());
      }
    }
  }

  private long[] mask(Set<Integer> tokens) {
    long[] mask = new long[(model.vocabularySize() + 63) / 64];
    tokens.forEach(token -> mask[token >> 6] |= 1L << token);
    return mask;
  }
}
