package dev.espalier.engine;

import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** A generation or a scoring; the other is null. */
record TrafficRequest(GenerationRequest generation, ScoreRequest scoring) {

  static TrafficRequest random(RandomRequests requests, Random random, int maxPrompt) {
    return random.nextInt(3) == 0
        ? new TrafficRequest(null, requests.scoring(maxPrompt, 8))
        : new TrafficRequest(requests.generation(maxPrompt, 30), null);
  }

  TokenSequence prompt() {
    return scoring != null ? scoring.prefix() : generation.prompt();
  }

  /** Most tokens of one sequence that may have to be computed. */
  int mostTokens() {
    int more =
        scoring != null
            ? scoring.continuations().stream().mapToInt(TokenSequence::length).max().orElseThrow()
            : generation.sampling().maxTokens();
    return prompt().length() + more - 1;
  }

  CompletableFuture<?> send(Engine engine) {
    return scoring != null ? engine.score(scoring) : engine.generate(generation);
  }

  Object outcome(Alone alone) {
    return scoring != null ? alone.outcome(scoring) : alone.outcome(generation);
  }

  /** What {@link Alone} calls the outcome: all that does not depend on the cache. */
  static Object outcome(CompletableFuture<?> future) {
    try {
      Object result = future.join();
      if (result instanceof GenerationResult generation) {
        return List.of(generation.samples(), generation.promptLogprobs());
      }
      return ((ScoreResult) result).continuations();
    } catch (CompletionException e) {
      EngineException failure = (EngineException) e.getCause();
      if (failure.getMessage().contains("broke down")) {
        throw failure;
      }
      return failure.code();
    }
  }
}
