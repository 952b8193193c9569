package dev.espalier.jobs.eval;

import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineException;
import dev.espalier.engine.ErrorCode;
import dev.espalier.engine.GenerationRequest;
import dev.espalier.engine.GenerationResult;
import dev.espalier.engine.ScoreRequest;
import dev.espalier.engine.ScoreResult;
import dev.espalier.engine.SeedPath;
import dev.espalier.engine.TokenSequence;
import dev.espalier.engine.text.Tokenizer;
import dev.espalier.eval.tokens.TokenAnswer;
import dev.espalier.eval.tokens.TokenRequest;
import dev.espalier.program.RowRunner;
import dev.espalier.program.WrittenOpening;
import dev.espalier.row.Row;
import dev.espalier.row.RowError;
import dev.espalier.row.RowOutcome;
import dev.espalier.row.RowReads;
import dev.espalier.row.StepTrace;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Asks an engine the request that a row is. Its opening is the request's prompt, and its id says
 * all that decides its outcome. Thread-safe.
 */
public final class RequestRunner implements RowRunner {
  private static final String STEP = "request";

  private final Tokenizer tokenizer;

  public RequestRunner(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  @Override
  public TokenSequence opening(Row row) {
    return RequestRows.prompt(row);
  }

  @Override
  public CompletableFuture<RowOutcome> run(Row row, Engine engine, long runSeed) {
    return run(row, trace(row), engine, runSeed);
  }

  @Override
  public CompletableFuture<RowOutcome> run(
      Row row, WrittenOpening opening, Engine engine, long runSeed) {
    TokenRequest request = RequestRows.request(row, opening.tokens());
    CompletableFuture<RowOutcome> outcome =
        request instanceof TokenRequest.Score score
            ? score(row, score, engine)
            : generate(row, (TokenRequest.Generate) request, engine);
    return outcome.exceptionally(failure -> failed(row, failure));
  }

  private static CompletableFuture<RowOutcome> score(
      Row row, TokenRequest.Score request, Engine engine) {
    return engine
        .score(new ScoreRequest(request.prompt(), request.continuations(), 0))
        .thenApply(result -> outcome(row, request, result));
  }

  private static RowOutcome outcome(Row row, TokenRequest.Score request, ScoreResult result) {
    List<Double> sums = new ArrayList<>();
    List<Boolean> greedy = new ArrayList<>();
    for (ScoreResult.Continuation continuation : result.continuations()) {
      sums.add(continuation.logprob());
      greedy.add(continuation.greedy());
    }
    return outcome(row, new TokenAnswer.Scores(sums, greedy), request, "select", 0, "choice");
  }

  private CompletableFuture<RowOutcome> generate(
      Row row, TokenRequest.Generate request, Engine engine) {
    SeedPath seed = new SeedPath(request.seed(), request.randomKey(), STEP);
    return engine
        .generate(GenerationRequest.of(request.prompt(), request.sampling()).withSeed(seed))
        .thenApply(result -> outcome(row, request, result));
  }

  private RowOutcome outcome(Row row, TokenRequest.Generate request, GenerationResult result) {
    List<String> texts = new ArrayList<>();
    List<Long> tokens = new ArrayList<>();
    for (GenerationResult.Sample sample : result.samples()) {
      texts.add(request.text(sample.tokens(), tokenizer));
      tokens.add((long) sample.generatedTokens());
    }
    String reason = result.first().finishReason().name().toLowerCase(Locale.ROOT);
    int all = tokens.stream().mapToInt(Long::intValue).sum();
    return outcome(row, new TokenAnswer.Texts(texts, tokens), request, "gen", all, reason);
  }

  private static RowOutcome outcome(
      Row row,
      TokenAnswer answer,
      TokenRequest request,
      String kind,
      int outputTokens,
      String reason) {
    StepTrace trace =
        new StepTrace(STEP, kind, request.prompt().length(), 0, outputTokens, reason, 0, "");
    return new RowOutcome(
        row.id(),
        RequestRows.values(answer),
        List.of(trace),
        Optional.empty(),
        RowReads.ofNoField(row));
  }

  /** What belongs to the request is an outcome of it; what does not fails. */
  private static RowOutcome failed(Row row, Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof EngineException e && e.code().kind() == ErrorCode.Kind.USER) {
      return new RowOutcome(
          row.id(),
          List.of(),
          List.of(),
          Optional.of(new RowError(e.code().name(), e.getMessage(), STEP)),
          RowReads.ofNoField(row));
    }
    throw failure instanceof RuntimeException again ? again : new CompletionException(failure);
  }
}
