package dev.espalier.pipeline;

import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineException;
import dev.espalier.engine.EngineStatistics;
import dev.espalier.engine.ErrorCode;
import dev.espalier.engine.FinishReason;
import dev.espalier.engine.GenerationRequest;
import dev.espalier.engine.GenerationResult;
import dev.espalier.engine.ModelInfo;
import dev.espalier.engine.ScoreRequest;
import dev.espalier.engine.ScoreResult;
import dev.espalier.engine.TokenSequence;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * An engine without a model: answers with a hash of prompt and seed, keeps the last few prompts as
 * a cache keeps them, ends requests out of order on its own threads, and remembers what it saw.
 */
class FakeEngine implements Engine {
  private final FakeEngineFactory factory;
  private final ExecutorService threads = Executors.newFixedThreadPool(3);
  private final List<TokenSequence> cache = new ArrayList<>();
  private final List<TokenSequence> submitted = new ArrayList<>();
  private long promptTokens;
  private long cachedTokens;
  private int inFlight;
  private int mostInFlight;
  private int expected;
  private int mostExpected;
  private boolean closed;

  FakeEngine(FakeEngineFactory factory) {
    this.factory = factory;
  }

  @Override
  public synchronized CompletableFuture<GenerationResult> generate(GenerationRequest request) {
    if (closed) {
      return CompletableFuture.failedFuture(
          new EngineException(ErrorCode.ENGINE_CLOSED, "the engine is closed"));
    }
    TokenSequence prompt = request.prompt();
    submitted.add(prompt);
    if (submitted.size() == factory.failingRequest()) {
      return CompletableFuture.failedFuture(
          new EngineException(ErrorCode.DEVICE_LOST, "the device is gone"));
    }
    int cached = lookUp(prompt);
    promptTokens += prompt.length();
    cachedTokens += cached;
    inFlight++;
    mostInFlight = Math.max(mostInFlight, inFlight);
    String text = Long.toHexString(31L * prompt.hashCode() + request.seed().key(0));
    GenerationResult.Sample sample =
        new GenerationResult.Sample(
            TokenSequence.of(7, 7), text, FinishReason.STOP, List.of(), -0.5, 2, true);
    GenerationResult result =
        new GenerationResult(List.of(sample), prompt.length(), cached, List.of());
    return CompletableFuture.supplyAsync(() -> end(result), threads);
  }

  private synchronized GenerationResult end(GenerationResult result) {
    inFlight--;
    return result;
  }

  /** The longest prefix among the cached prompts; its owner becomes the most recent but one. */
  private int lookUp(TokenSequence prompt) {
    int longest = 0;
    int owner = -1;
    for (int i = 0; i < cache.size(); i++) {
      int shared = Math.min(prompt.length() - 1, cache.get(i).commonPrefixLength(prompt));
      if (shared > longest) {
        longest = shared;
        owner = i;
      }
    }
    if (owner >= 0) {
      cache.add(cache.remove(owner));
    }
    cache.add(prompt);
    if (cache.size() > factory.cachedPrompts()) {
      cache.remove(0);
    }
    return longest;
  }

  /** Prompts in the order in which they came. */
  synchronized List<TokenSequence> submitted() {
    return List.copyOf(submitted);
  }

  synchronized int mostInFlight() {
    return mostInFlight;
  }

  /** Announcements that were not withdrawn. */
  synchronized int expected() {
    return expected;
  }

  synchronized int mostExpected() {
    return mostExpected;
  }

  synchronized boolean isClosed() {
    return closed;
  }

  @Override
  public synchronized Expectation expect(TokenSequence opening) {
    expected++;
    mostExpected = Math.max(mostExpected, expected);
    AtomicBoolean withdrawn = new AtomicBoolean();
    return () -> {
      if (withdrawn.compareAndSet(false, true)) {
        withdraw();
      }
    };
  }

  private synchronized void withdraw() {
    expected--;
  }

  @Override
  public CompletableFuture<ScoreResult> score(ScoreRequest request) {
    throw new UnsupportedOperationException("the fake program does not score");
  }

  @Override
  public ModelInfo model() {
    return new ModelInfo("fake", "fake", "00", 4096, 32_000, Set.of(0));
  }

  @Override
  public synchronized EngineStatistics statistics() {
    return new EngineStatistics(
        submitted.size(), promptTokens, cachedTokens, promptTokens - cachedTokens, 0, 0, 0, 0, 0);
  }

  @Override
  public void checkIntegrity() {}

  @Override
  public synchronized void close() {
    closed = true;
    threads.shutdown();
  }
}
