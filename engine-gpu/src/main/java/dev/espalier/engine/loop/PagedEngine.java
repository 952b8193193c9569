package dev.espalier.engine.loop;

import dev.espalier.engine.Constraint;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineActivity;
import dev.espalier.engine.EngineException;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.EngineStatistics;
import dev.espalier.engine.GenerationRequest;
import dev.espalier.engine.GenerationResult;
import dev.espalier.engine.ModelInfo;
import dev.espalier.engine.ScoreRequest;
import dev.espalier.engine.ScoreResult;
import dev.espalier.engine.SeedPath;
import dev.espalier.engine.TokenSequence;
import dev.espalier.engine.cache.ExpectedOpening;
import dev.espalier.engine.cache.PrefixCache;
import dev.espalier.engine.constrain.vocabulary.CompiledConstraint;
import dev.espalier.engine.forward.ModelRunner;
import dev.espalier.engine.generate.GenerationPlan;
import dev.espalier.engine.generate.GenerationSequence;
import dev.espalier.engine.generate.RequestPlanner;
import dev.espalier.engine.generate.ScoringPlan;
import dev.espalier.engine.schedule.Scheduler;
import dev.espalier.engine.text.Tokenizer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/**
 * The engine over paged keys and values (continuous batching over a paged KV cache). Requests are
 * checked and compiled on their callers' threads, wait in the {@link RequestTable}, run in {@link
 * StepLoop}, and are completed by {@link Completions}.
 */
public final class PagedEngine implements Engine, StepLoop.Listener {
  private final ModelInfo model;
  private final RequestPlanner planner;
  private final PrefixCache cache;
  private final Scheduler scheduler;
  private final StepLoop loop;
  private final Completions completions = new Completions();
  private final RequestTable table;
  private volatile EngineStatistics statistics;
  private volatile EngineActivity counted; // without times

  /**
   * @param runner closed with the engine
   */
  public PagedEngine(
      ModelRunner runner,
      Tokenizer tokenizer,
      ModelInfo model,
      Function<Constraint, CompiledConstraint> compiler,
      EngineOptions options) {
    this.model = model;
    long cacheTokens = (long) runner.pages() * runner.pageSize();
    this.planner =
        new RequestPlanner(
            model, tokenizer, compiler, (int) Math.min(Integer.MAX_VALUE, cacheTokens));
    this.cache = new PrefixCache(runner.pages(), runner.pageSize());
    this.scheduler = new Scheduler(cache, options.maxBatchTokens(), options.maxSequences());
    this.table = new RequestTable(scheduler, completions);
    this.loop = new StepLoop(runner, scheduler, this);
    publishStatistics();
    loop.start();
  }

  @Override
  public ModelInfo model() {
    return model;
  }

  @Override
  public CompletableFuture<GenerationResult> generate(GenerationRequest request) {
    GenerationPlan plan;
    try {
      plan = planner.plan(request);
    } catch (EngineException e) {
      return CompletableFuture.failedFuture(e);
    }
    boolean greedy = request.sampling().temperature() == 0;
    // Without a session, and without the seed where none is drawn on.
    GenerationRequest key =
        new GenerationRequest(
            request.prompt(),
            request.sampling(),
            request.constraint(),
            greedy ? SeedPath.of(0) : request.seed(),
            0);
    return submit(
        key,
        request.prompt().length(),
        request.session(),
        run -> {
          List<GenerationSequence> samples = new ArrayList<>();
          for (int i = 0; i < (greedy ? 1 : request.sampling().n()); i++) {
            samples.add(new GenerationSequence(plan, i, i == 0, run));
          }
          run.consistsOf(samples, cached -> generationResult(request, samples, cached));
        });
  }

  private static GenerationResult generationResult(
      GenerationRequest request, List<GenerationSequence> sequences, int cached) {
    List<GenerationResult.Sample> samples =
        sequences.size() == request.sampling().n()
            ? sequences.stream().map(GenerationSequence::sample).toList()
            : Collections.nCopies(request.sampling().n(), sequences.get(0).sample());
    return new GenerationResult(
        samples, request.prompt().length(), cached, sequences.get(0).promptLogprobs());
  }

  @Override
  public CompletableFuture<ScoreResult> score(ScoreRequest request) {
    ScoringPlan plan;
    try {
      plan = planner.plan(request);
    } catch (EngineException e) {
      return CompletableFuture.failedFuture(e);
    }
    return submit(
        new ScoreRequest(request.prefix(), request.continuations(), 0),
        request.prefix().length(),
        request.session(),
        run -> run.consistsOf(plan.sequences(run), plan::result));
  }

  /** Fills a run with its sequences. */
  private interface RunSetup<R> {
    void fill(RequestRun<R> run);
  }

  private <R> CompletableFuture<R> submit(
      Object key, int promptLength, long session, RunSetup<R> setup) {
    CompletableFuture<R> future = new CompletableFuture<>();
    RequestRun<R> fresh = new RequestRun<>(key, promptLength, table);
    try {
      setup.fill(fresh);
    } catch (EngineException e) {
      return CompletableFuture.failedFuture(e);
    }
    loop.submit(
        new StepLoop.Command() {
          @Override
          public void run() {
            table.begin(fresh, future, session);
          }

          @Override
          public void refuse(EngineException cause) {
            future.completeExceptionally(cause);
          }
        });
    var unused =
        future.whenComplete(
            (result, failure) -> {
              if (future.isCancelled()) {
                command(() -> table.cancel(key, future));
              }
            });
    return future;
  }

  @Override
  public void advanced() {
    publishStatistics();
    completions.send();
  }

  @Override
  public void ended(EngineException cause) {
    table.refuseAll(cause);
    advanced();
    completions.close();
    table.endAll();
  }

  private void publishStatistics() {
    statistics =
        new EngineStatistics(
            table.requests(),
            table.promptTokens(),
            table.cachedTokens(),
            scheduler.computedTokens(),
            table.generatedTokens(),
            scheduler.steps(),
            scheduler.preemptions(),
            cache.totalPages(),
            scheduler.peakPages());
    counted =
        new EngineActivity(
            scheduler.promptTokens(),
            table.cachedTokens(),
            scheduler.generatedTokens(),
            scheduler.running(),
            scheduler.waiting(),
            cache.totalPages() - cache.availablePages(),
            cache.totalPages(),
            scheduler.preemptions(),
            0,
            0,
            0,
            0);
  }

  @Override
  public Expectation expect(TokenSequence opening) {
    // Written and read on the loop's thread.
    ExpectedOpening[] announced = new ExpectedOpening[1];
    command(() -> announced[0] = cache.expect(opening));
    AtomicBoolean closed = new AtomicBoolean();
    return () -> {
      if (!closed.getAndSet(true)) {
        command(() -> cache.withdraw(announced[0]));
      }
    };
  }

  /** Has {@code action} run between steps; dropped once the engine is closed. */
  private void command(Runnable action) {
    loop.submit(
        new StepLoop.Command() {
          @Override
          public void run() {
            action.run();
          }

          @Override
          public void refuse(EngineException cause) {}
        });
  }

  @Override
  public EngineStatistics statistics() {
    return statistics;
  }

  @Override
  public EngineActivity activity() {
    LoopClock.Times times = loop.times();
    return counted.plus(
        new EngineActivity(
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            times.busy(),
            times.shortOfPages(),
            times.host(),
            times.idle()));
  }

  @Override
  public void checkIntegrity() {
    CompletableFuture<Void> checked = new CompletableFuture<>();
    Runnable check =
        () -> {
          try {
            cache.checkIntegrity();
            checked.complete(null);
          } catch (RuntimeException e) {
            checked.completeExceptionally(e);
          }
        };
    loop.submit(
        new StepLoop.Command() {
          @Override
          public void run() {
            check.run();
          }

          @Override
          public void refuse(EngineException cause) {
            loop.close(); // waits until nothing changes any more
            check.run();
          }
        });
    try {
      checked.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof IllegalStateException problem) {
        throw problem;
      }
      throw e;
    }
  }

  @Override
  public void close() {
    loop.close();
  }
}
