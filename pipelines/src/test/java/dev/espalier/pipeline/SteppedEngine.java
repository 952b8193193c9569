package dev.espalier.pipeline;

import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineStatistics;
import dev.espalier.engine.FinishReason;
import dev.espalier.engine.GenerationRequest;
import dev.espalier.engine.GenerationResult;
import dev.espalier.engine.ModelInfo;
import dev.espalier.engine.ScoreRequest;
import dev.espalier.engine.ScoreResult;
import dev.espalier.engine.TokenSequence;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * An engine without a model that runs in steps, each of which ends some requests. It steps when it
 * has as many requests as it can run at once, or all that are left of the job. Where whoever feeds
 * it does not bring them it waits for long, then takes a hungry step.
 */
final class SteppedEngine implements Engine {
  private static final long PATIENCE_SECONDS = 10;

  private final int capacity;
  private final Random random = new Random(5);
  private final List<CompletableFuture<GenerationResult>> running = new ArrayList<>();
  private final Thread loop = new Thread(this::loop, "stepped-engine");
  private int left; // requests that have not ended
  private int steps;
  private int hungrySteps;

  /**
   * @param capacity most requests that run at once
   * @param requests of the whole job
   */
  SteppedEngine(int capacity, int requests) {
    this.capacity = capacity;
    this.left = requests;
    loop.start();
  }

  EngineFactory factory(String key) {
    SteppedEngine engine = this;
    return new EngineFactory() {
      @Override
      public String key() {
        return key;
      }

      @Override
      public Engine open() {
        return engine;
      }
    };
  }

  private void loop() {
    try {
      while (true) {
        List<CompletableFuture<GenerationResult>> ended = new ArrayList<>();
        synchronized (this) {
          if (left == 0) {
            return;
          }
          awaitRequests();
          steps++;
          int count = running.isEmpty() ? 0 : 1 + random.nextInt(running.size());
          for (int i = 0; i < count; i++) {
            ended.add(running.remove(random.nextInt(running.size())));
          }
          left -= count;
        }
        ended.forEach(request -> request.complete(result()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void awaitRequests() throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (running.size() < Math.min(capacity, left)) {
      long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (millis <= 0) {
        hungrySteps++;
        return;
      }
      wait(millis);
    }
  }

  private static GenerationResult result() {
    GenerationResult.Sample sample =
        new GenerationResult.Sample(
            TokenSequence.of(7, 7), "text", FinishReason.STOP, List.of(), -0.5, 2, true);
    return new GenerationResult(List.of(sample), 1, 0, List.of());
  }

  synchronized int steps() {
    return steps;
  }

  /** Steps with fewer requests than could run, while the job had more. */
  synchronized int hungrySteps() {
    return hungrySteps;
  }

  @Override
  public synchronized CompletableFuture<GenerationResult> generate(GenerationRequest request) {
    CompletableFuture<GenerationResult> result = new CompletableFuture<>();
    running.add(result);
    notifyAll();
    return result;
  }

  @Override
  public CompletableFuture<ScoreResult> score(ScoreRequest request) {
    throw new UnsupportedOperationException("the fake program does not score");
  }

  @Override
  public Expectation expect(TokenSequence opening) {
    return () -> {};
  }

  @Override
  public ModelInfo model() {
    return new ModelInfo("fake", "fake", "00", 4096, 32_000, Set.of(0));
  }

  @Override
  public EngineStatistics statistics() {
    return new EngineStatistics(0, 0, 0, 0, 0, 0, 0, 0, 0);
  }

  @Override
  public void checkIntegrity() {}

  @Override
  public void close() {
    loop.interrupt();
  }
}
