package dev.espalier.engine.loop;

import dev.espalier.engine.Constraint;
import dev.espalier.engine.Engine;
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
import dev.espalier.engine.generate.GenerationPlan;
import dev.espalier.engine.generate.GenerationSequence;
import dev.espalier.engine.generate.RequestPlanner;
import dev.espalier.engine.generate.ScoringPlan;
import dev.espalier.engine.schedule.Scheduler;
import dev.espalier.engine.schedule.Sequence;
import dev.espalier.engine.step.ModelRunner;
import dev.espalier.engine.text.Tokenizer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/**
 * The engine over paged keys and values. Requests are checked and compiled on their callers'
 * threads, run by {@link StepLoop}, and completed on threads of their own. Equal requests under way
 * run once.
 */
public final class PagedEngine implements Engine, StepLoop.Listener, RequestRun.Owner {
  private final ModelInfo model;
  private final RequestPlanner planner;
  private final PrefixCache cache;
  private final Scheduler scheduler;
  private final StepLoop loop;
  private final ForkJoinPool completions;

  // Of the loop's thread.
  private final Map<Object, RequestRun<?>> runs = new LinkedHashMap<>();
  private final List<Runnable> outbox = new ArrayList<>();
  private long requests;
  private long promptTokens;
  private long cachedTokens;
  private long generatedTokens;

  private volatile EngineStatistics statistics;

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
    this.loop = new StepLoop(runner, scheduler, this);
    this.completions = completionThreads();
    publishStatistics();
    loop.start();
  }

  /** Dependents may wait for other futures: a waiting thread of this pool is replaced. */
  private static ForkJoinPool completionThreads() {
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    return new ForkJoinPool(
        2,
        pool -> {
          var thread = ForkJoinPool.defaultForkJoinWorkerThreadFactory.newThread(pool);
          thread.setName("espalier-completion-" + thread.getPoolIndex());
          thread.setContextClassLoader(loader);
          return thread;
        },
        null,
        true);
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
    // Without a program, and without the seed where none is drawn on.
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
        request.program(),
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
        request.program(),
        run -> run.consistsOf(plan.sequences(run), plan::result));
  }

  /** Fills a run with its sequences. */
  private interface RunSetup<R> {
    void fill(RequestRun<R> run);
  }

  private <R> CompletableFuture<R> submit(
      Object key, int promptLength, long program, RunSetup<R> setup) {
    CompletableFuture<R> future = new CompletableFuture<>();
    RequestRun<R> fresh = new RequestRun<>(key, promptLength, this);
    try {
      setup.fill(fresh);
    } catch (EngineException e) {
      return CompletableFuture.failedFuture(e);
    }
    loop.submit(
        new StepLoop.Command() {
          @Override
          public void run() {
            begin(fresh, future, program);
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
                command(() -> cancel(key, future));
              }
            });
    return future;
  }

  private <R> void begin(RequestRun<R> fresh, CompletableFuture<R> future, long program) {
    if (future.isDone()) {
      requests++; // cancelled before it began
      return;
    }
    @SuppressWarnings("unchecked") // equal keys are of equal requests, which have equal results
    RequestRun<R> run = (RequestRun<R>) runs.get(fresh.key());
    if (run != null) {
      run.waiters().add(future);
      promptTokens += run.promptTokens();
      cachedTokens += run.promptTokens();
      return;
    }
    fresh.waiters().add(future);
    runs.put(fresh.key(), fresh);
    if (fresh.sequences().stream().allMatch(Sequence::isComplete)) {
      completed(fresh); // nothing to compute, such as the empty output of a constraint
      return;
    }
    fresh.sequences().forEach(sequence -> scheduler.submit(sequence, program));
  }

  private void cancel(Object key, CompletableFuture<?> future) {
    RequestRun<?> run = runs.get(key);
    if (run != null && run.waiters().removeIf(waiter -> waiter == future)) {
      requests++;
      if (run.waiters().isEmpty()) {
        end(run);
      }
    }
  }

  /** Takes a run out, wherever its sequences are; false if it ended before. */
  private boolean end(RequestRun<?> run) {
    boolean present = runs.remove(run.key(), run);
    run.sequences().forEach(scheduler::cancel);
    return present;
  }

  @Override
  public void began(RequestRun<?> run) {
    promptTokens += run.promptTokens();
    cachedTokens += run.cachedTokens();
  }

  @Override
  public void completed(RequestRun<?> run) {
    end(run);
    for (Sequence sequence : run.sequences()) {
      if (sequence instanceof GenerationSequence generation) {
        generatedTokens += generation.generatedTokens();
      }
    }
    deliver(run);
  }

  /** The first to ask gets what was cached for it; for the others nothing was computed. */
  private <R> void deliver(RequestRun<R> run) {
    for (int i = 0; i < run.waiters().size(); i++) {
      CompletableFuture<R> waiter = run.waiters().get(i);
      int cached = i == 0 ? run.cachedTokens() : run.promptTokens();
      requests++;
      outbox.add(() -> run.deliver(waiter, cached));
    }
  }

  @Override
  public void failed(RequestRun<?> run, EngineException cause) {
    if (end(run)) {
      refuse(run, cause);
    }
  }

  private void refuse(RequestRun<?> run, EngineException cause) {
    for (CompletableFuture<?> waiter : run.waiters()) {
      requests++;
      outbox.add(() -> waiter.completeExceptionally(cause));
    }
  }

  @Override
  public void advanced() {
    publishStatistics();
    outbox.forEach(completions::execute);
    outbox.clear();
  }

  @Override
  public void ended(EngineException cause) {
    List<RequestRun<?>> unfinished = List.copyOf(runs.values());
    unfinished.forEach(run -> refuse(run, cause));
    advanced();
    completions.shutdown();
    unfinished.forEach(this::end);
  }

  private void publishStatistics() {
    statistics =
        new EngineStatistics(
            requests,
            promptTokens,
            cachedTokens,
            scheduler.computedTokens(),
            generatedTokens,
            scheduler.steps(),
            scheduler.preemptions(),
            cache.totalPages(),
            scheduler.peakPages());
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
