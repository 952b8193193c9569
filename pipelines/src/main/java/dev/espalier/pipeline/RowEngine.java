package dev.espalier.pipeline;

import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineActivity;
import dev.espalier.engine.EngineStatistics;
import dev.espalier.engine.GenerationRequest;
import dev.espalier.engine.GenerationResult;
import dev.espalier.engine.ModelInfo;
import dev.espalier.engine.ScoreRequest;
import dev.espalier.engine.ScoreResult;
import dev.espalier.engine.TokenSequence;
import dev.espalier.row.StepRecord;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;

/**
 * The engine as one row sees it: answers what an earlier run has answered before, counts what the
 * row asks for and finds in the cache, and withdraws the announcement of its opening once its first
 * request is submitted. Thread-safe.
 */
final class RowEngine implements Engine {
  private final Engine engine;
  private final Expectation announced;
  private final int openingTokens;
  private final AtomicBoolean asked = new AtomicBoolean();
  private final LongAdder promptTokens = new LongAdder();
  private final LongAdder cachedTokens = new LongAdder();
  private final LongAdder openingHits = new LongAdder();
  private final StepResults results;
  private final LongAdder stepsRun = new LongAdder();
  private final LongAdder stepsKnown = new LongAdder();
  private final LongAdder savedPromptTokens = new LongAdder();
  private final LongAdder savedOutputTokens = new LongAdder();

  RowEngine(Engine engine, Expectation announced, int openingTokens, StepResults results) {
    this.engine = engine;
    this.announced = announced;
    this.openingTokens = openingTokens;
    this.results = results;
  }

  /** What the engine answered the row, if that is to be remembered. */
  List<StepRecord> steps() {
    return results.computed();
  }

  /** Requests of the row that the engine answered. */
  long stepsRun() {
    return stepsRun.sum();
  }

  /** Requests of the row that an earlier run had answered. */
  long stepsKnown() {
    return stepsKnown.sum();
  }

  /** Prompt tokens of {@link #stepsKnown}. */
  long savedPromptTokens() {
    return savedPromptTokens.sum();
  }

  /** Tokens that an earlier run generated or scored for {@link #stepsKnown}. */
  long savedOutputTokens() {
    return savedOutputTokens.sum();
  }

  /** Prompt tokens of all requests of the row. */
  long promptTokens() {
    return promptTokens.sum();
  }

  /** Those of them that were in the cache, from this row or others. */
  long cachedTokens() {
    return cachedTokens.sum();
  }

  /** Tokens of the opening that the row's first request found in the cache. */
  long openingHits() {
    return openingHits.sum();
  }

  @Override
  public CompletableFuture<GenerationResult> generate(GenerationRequest request) {
    String key = results.isKept() ? results.keyOf(request) : "";
    Optional<GenerationResult> known = results.generated(key);
    if (known.isPresent()) {
      saved(
          known.get().promptTokens(),
          known.get().samples().stream().mapToInt(GenerationResult.Sample::generatedTokens).sum());
      return CompletableFuture.completedFuture(known.get());
    }
    return metered(
        engine.generate(request),
        (result, isFirst) -> {
          count(result.promptTokens(), result.cachedTokens(), isFirst);
          if (results.isKept()) {
            results.add(key, result);
          }
        });
  }

  private void saved(int prompt, int output) {
    stepsKnown.increment();
    savedPromptTokens.add(prompt);
    savedOutputTokens.add(output);
  }

  @Override
  public CompletableFuture<ScoreResult> score(ScoreRequest request) {
    String key = results.isKept() ? results.keyOf(request) : "";
    Optional<ScoreResult> known = results.scored(key);
    if (known.isPresent()) {
      saved(
          known.get().prefixTokens(),
          known.get().continuations().stream().mapToInt(one -> one.tokenLogprobs().size()).sum());
      return CompletableFuture.completedFuture(known.get());
    }
    return metered(
        engine.score(request),
        (result, isFirst) -> {
          count(result.prefixTokens(), result.cachedTokens(), isFirst);
          if (results.isKept()) {
            results.add(key, result);
          }
        });
  }

  /** Counted before the row sees the result, so that the count is whole when the row ends. */
  @SuppressWarnings("FutureReturnValueIgnored") // both chains end in the future that is returned
  private <T> CompletableFuture<T> metered(
      CompletableFuture<T> request, BiConsumer<T, Boolean> counter) {
    boolean isFirst = asked.compareAndSet(false, true);
    if (isFirst) {
      announced.close();
    }
    CompletableFuture<T> metered = new CompletableFuture<>();
    request.whenComplete(
        (result, failure) -> {
          if (failure != null) {
            metered.completeExceptionally(failure);
          } else {
            counter.accept(result, isFirst);
            metered.complete(result);
          }
        });
    metered.whenComplete(
        (result, failure) -> {
          if (metered.isCancelled()) {
            request.cancel(true);
          }
        });
    return metered;
  }

  private void count(int prompt, int cached, boolean isFirst) {
    stepsRun.increment();
    promptTokens.add(prompt);
    cachedTokens.add(cached);
    if (isFirst) {
      openingHits.add(Math.min(cached, openingTokens));
    }
  }

  @Override
  public ModelInfo model() {
    return engine.model();
  }

  @Override
  public int devices() {
    return engine.devices();
  }

  @Override
  public Expectation expect(TokenSequence opening) {
    return engine.expect(opening);
  }

  @Override
  public EngineStatistics statistics() {
    return engine.statistics();
  }

  @Override
  public EngineActivity activity() {
    return engine.activity();
  }

  @Override
  public void checkIntegrity() {
    engine.checkIntegrity();
  }

  /** The row has ended: withdraws its announcement if it never asked. */
  void end() {
    announced.close();
  }

  /** Nothing but {@link #end}: the engine is everyone's, and stays open for the other rows. */
  @Override
  public void close() {
    end();
  }
}
