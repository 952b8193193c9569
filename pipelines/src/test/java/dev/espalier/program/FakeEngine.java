package dev.espalier.program;

import dev.espalier.engine.Constraint;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineStatistics;
import dev.espalier.engine.FinishReason;
import dev.espalier.engine.GenerationRequest;
import dev.espalier.engine.GenerationResult;
import dev.espalier.engine.ModelInfo;
import dev.espalier.engine.ScoreRequest;
import dev.espalier.engine.ScoreResult;
import dev.espalier.engine.TokenLogprob;
import dev.espalier.engine.TokenSequence;
import dev.espalier.engine.text.Tokenizer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * An engine whose answers are a function of the request alone. Keeps the requests in the order they
 * came.
 */
final class FakeEngine implements Engine {
  private static final List<String> WORDS = List.of("alpha", "beta", "gamma", "delta", "done");

  private final Tokenizer tokenizer;
  private final int contextLength;
  private final Executor executor;
  private Function<GenerationRequest, String> answers = FakeEngine::words;
  private Function<ScoreRequest, ScoreResult> scores = FakeEngine::byHash;
  private final List<GenerationRequest> generations =
      Collections.synchronizedList(new ArrayList<>());
  private final List<ScoreRequest> scorings = Collections.synchronizedList(new ArrayList<>());
  private final List<TokenSequence> prompts = Collections.synchronizedList(new ArrayList<>());

  /** What each request made the engine read: in the order of the prompts if it answers at once. */
  private final List<List<TokenSequence>> reads = Collections.synchronizedList(new ArrayList<>());

  FakeEngine(Tokenizer tokenizer, int contextLength, Executor executor) {
    this.tokenizer = tokenizer;
    this.contextLength = contextLength;
    this.executor = executor;
  }

  FakeEngine(Tokenizer tokenizer) {
    this(tokenizer, 2048, Runnable::run);
  }

  /** Generates what {@code answer} says; an exception it throws fails the request. */
  FakeEngine answering(Function<GenerationRequest, String> answer) {
    this.answers = answer;
    return this;
  }

  FakeEngine scoring(Function<ScoreRequest, ScoreResult> score) {
    this.scores = score;
    return this;
  }

  List<GenerationRequest> generations() {
    return generations;
  }

  List<ScoreRequest> scorings() {
    return scorings;
  }

  /** The prompts of all requests, in the order they came. */
  List<TokenSequence> prompts() {
    return prompts;
  }

  List<List<TokenSequence>> reads() {
    return reads;
  }

  String prompt(int index) {
    return tokenizer.decode(prompts.get(index));
  }

  private static String words(GenerationRequest request) {
    Random random = new Random(request.prompt().hashCode() * 31L + request.seed().key(0));
    if (request.constraint().isPresent()) {
      Constraint constraint = request.constraint().get();
      if (constraint instanceof Constraint.Choice choice) {
        return choice.choices().get(random.nextInt(choice.choices().size()));
      }
      return String.valueOf(1 + random.nextInt(5));
    }
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(4); i >= 0; i--) {
      text.append(' ').append(WORDS.get(random.nextInt(WORDS.size())));
    }
    return text.toString();
  }

  private static ScoreResult byHash(ScoreRequest request) {
    List<ScoreResult.Continuation> continuations = new ArrayList<>();
    for (TokenSequence continuation : request.continuations()) {
      Random random = new Random(request.prefix().concat(continuation).hashCode());
      List<Float> logprobs = new ArrayList<>();
      for (int i = 0; i < continuation.length(); i++) {
        logprobs.add(-4 * random.nextFloat());
      }
      continuations.add(new ScoreResult.Continuation(logprobs, false));
    }
    return new ScoreResult(continuations, request.prefix().length(), 0);
  }

  @Override
  public ModelInfo model() {
    return new ModelInfo("fake", "fake", "00", contextLength, 1 << 20, Set.of(3));
  }

  @Override
  public CompletableFuture<GenerationResult> generate(GenerationRequest request) {
    generations.add(request);
    prompts.add(request.prompt());
    return later(() -> generated(request));
  }

  private GenerationResult generated(GenerationRequest request) {
    List<GenerationResult.Sample> samples = new ArrayList<>();
    for (int i = 0; i < request.sampling().n(); i++) {
      String text = answers.apply(request) + (i == 0 ? "" : " sample " + i);
      TokenSequence tokens = tokenizer.encodeContinuation(text);
      List<TokenLogprob> logprobs = new ArrayList<>();
      for (int t = 0; t < tokens.length(); t++) {
        logprobs.add(new TokenLogprob(tokens.get(t), -0.5f, List.of()));
      }
      samples.add(
          new GenerationResult.Sample(
              tokens,
              text,
              FinishReason.STOP,
              logprobs,
              -0.5 * tokens.length(),
              tokens.length() + 1,
              true));
    }
    reads.add(samples.stream().map(sample -> request.prompt().concat(sample.tokens())).toList());
    return new GenerationResult(samples, request.prompt().length(), 0, List.of());
  }

  @Override
  public CompletableFuture<ScoreResult> score(ScoreRequest request) {
    scorings.add(request);
    prompts.add(request.prefix());
    return later(
        () -> {
          reads.add(
              request.continuations().stream()
                  .map(tokens -> request.prefix().concat(tokens.slice(0, tokens.length() - 1)))
                  .toList());
          return scores.apply(request);
        });
  }

  private <T> CompletableFuture<T> later(Supplier<T> work) {
    return CompletableFuture.supplyAsync(work, executor);
  }

  @Override
  public Expectation expect(TokenSequence opening) {
    return () -> {};
  }

  @Override
  public EngineStatistics statistics() {
    throw new UnsupportedOperationException("no program reads statistics");
  }

  @Override
  public void checkIntegrity() {}

  @Override
  public void close() {}
}
