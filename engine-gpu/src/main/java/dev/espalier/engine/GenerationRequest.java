package dev.espalier.engine;

import java.util.Objects;
import java.util.Optional;

/**
 * One generation: a whole prompt and how to go on from it.
 *
 * @param prompt every token before the first generated one
 * @param sampling how to choose tokens and when to end
 * @param constraint what the output must look like, if anything
 * @param seed names the random numbers; unused when greedy
 * @param session identifies the program run (session affinity) that waits for this request;
 *     requests of one session share a number, so that its next step finds the pages of the last
 *     one. 0 is a request on its own
 */
public record GenerationRequest(
    TokenSequence prompt,
    SamplingParameters sampling,
    Optional<Constraint> constraint,
    SeedPath seed,
    long session) {

  public GenerationRequest {
    Objects.requireNonNull(prompt, "prompt");
    Objects.requireNonNull(sampling, "sampling");
    Objects.requireNonNull(constraint, "constraint");
    Objects.requireNonNull(seed, "seed");
  }

  /** Without constraint, seed or session. */
  public static GenerationRequest of(TokenSequence prompt, SamplingParameters sampling) {
    return new GenerationRequest(prompt, sampling, Optional.empty(), SeedPath.of(0), 0);
  }

  public GenerationRequest withConstraint(Constraint value) {
    return new GenerationRequest(prompt, sampling, Optional.of(value), seed, session);
  }

  public GenerationRequest withSeed(SeedPath value) {
    return new GenerationRequest(prompt, sampling, constraint, value, session);
  }

  public GenerationRequest withSession(long value) {
    return new GenerationRequest(prompt, sampling, constraint, seed, value);
  }
}
