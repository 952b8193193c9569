package dev.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.checkpoint.Checkpoint;
import dev.espalier.engine.constrain.ConstraintCompiler;
import dev.espalier.engine.forward.ModelRunner;
import dev.espalier.engine.generate.RequestPlanner;
import dev.espalier.engine.open.Engines;
import dev.espalier.engine.open.ModelDirectory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Real models on a device: random traffic with random caches, step sizes and hence preemptions,
 * with steps launched ahead or not, against each request alone, whole, on an empty cache. Texts,
 * tokens and every bit of every log-probability are equal.
 */
public abstract class DeterminismContract {
  private static final int MAX_PROMPT = 70;
  private static final SmallTokenizer TOKENIZER = EngineFixture.TOKENIZER;

  /** The checkpoint on the device under test. */
  protected abstract ModelRunner open(Checkpoint checkpoint, EngineOptions options);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gemma2",
        "gemma3",
        "llama-biases",
        "llama2",
        "llama3.2",
        "mistral",
        "qwen2.5",
        "qwen2.5-yarn",
        "qwen3"
      })
  public void familiesAreExact(String family) throws Exception {
    check(directory(family), 0, 4, 30);
  }

  @Test
  public void theBuiltInModelIsExact() {
    check(ModelDirectory.resolve("builtin:nano").path(), 0, 2, 40);
  }

  /**
   * Scorings of many continuations, which a step reports in far more rows than it has tokens,
   * before and after steps that decode.
   */
  @Test
  public void manyContinuationsAreExact() throws Exception {
    EngineOptions options = options(16 << 20, 64, 64, 2);
    try (Checkpoint checkpoint = Checkpoint.open(directory("llama3.2"));
        ModelRunner whole = open(checkpoint, options(16 << 20, 1024, 64, 1))) {
      ModelInfo model = info(checkpoint);
      Random random = new Random(1);
      RandomRequests requests = new RandomRequests(random, model.vocabularySize());
      List<TrafficRequest> sent = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        sent.add(
            i % 4 == 0
                ? new TrafficRequest(requests.generation(4, 30), null)
                : new TrafficRequest(null, requests.choice(4, 40)));
      }
      Held runner = new Held(open(checkpoint, options));
      compare(model, whole, runner, options, sent, "many continuations", runner::release);
      assertThat(runner.mostOutputs()).isGreaterThan(256);
    }
  }

  /** About an hour: run by {@code mvn test -Dtests.excluded= -Dgroups=long}. */
  @Test
  @Tag("long")
  public void allModelsStayExactForLong() throws Exception {
    for (int round = 1; round <= 20; round++) {
      for (String family : List.of("gemma2", "gemma3", "llama3.2", "mistral", "qwen2.5", "qwen3")) {
        check(directory(family), 1000 * round, 20, 60);
      }
      check(ModelDirectory.resolve("builtin:nano").path(), 1000 * round, 5, 40);
    }
  }

  private static Path directory(String family) throws Exception {
    return Path.of(DeterminismContract.class.getResource("/golden/families/" + family).toURI());
  }

  private void check(Path directory, int firstSeed, int seeds, int requests) {
    try (Checkpoint checkpoint = Checkpoint.open(directory);
        ModelRunner whole = open(checkpoint, options(16 << 20, 1024, 64, 1))) {
      long bytesPerPage = (16L << 20) / whole.pages();
      ModelInfo model = info(checkpoint);
      long preemptions = 0;
      long cached = 0;
      for (int seed = firstSeed; seed < firstSeed + seeds; seed++) {
        Random random = new Random(seed);
        // Room for the longest request, and for little or much more.
        int pages = (MAX_PROMPT + 30) / whole.pageSize() + 1 + random.nextInt(5);
        EngineOptions options =
            options(
                pages * bytesPerPage,
                1 + random.nextInt(random.nextBoolean() ? 20 : 300),
                1 + random.nextInt(30),
                1 + random.nextInt(3));
        RunAhead runner = new RunAhead(open(checkpoint, options), random.nextInt(4) > 0);
        RandomRequests source = new RandomRequests(random, model.vocabularySize());
        List<TrafficRequest> sent = new ArrayList<>();
        for (int i = 0; i < requests; i++) {
          sent.add(TrafficRequest.random(source, random, MAX_PROMPT));
        }
        EngineStatistics statistics =
            compare(model, whole, runner, options, sent, "seed " + seed, () -> {});
        preemptions += statistics.preemptions();
        cached += statistics.cachedTokens();
      }
      assertThat(cached).isPositive();
      assertThat(preemptions).isPositive();
    }
  }

  /**
   * @param runner closed with the engine
   * @param afterSending run once all requests are sent
   */
  private static EngineStatistics compare(
      ModelInfo model,
      ModelRunner whole,
      ModelRunner runner,
      EngineOptions options,
      List<TrafficRequest> sent,
      String described,
      Runnable afterSending) {
    ConstraintCompiler compiler = new ConstraintCompiler(TOKENIZER, model.vocabularySize());
    Alone alone =
        new Alone(new RequestPlanner(model, TOKENIZER, compiler::compile, 1 << 20), whole);
    try (Engine engine = Engines.over(runner, TOKENIZER, model, compiler::compile, options)) {
      List<CompletableFuture<?>> outcomes = new ArrayList<>();
      sent.forEach(request -> outcomes.add(request.send(engine)));
      afterSending.run();
      for (int i = 0; i < sent.size(); i++) {
        assertThat(TrafficRequest.outcome(outcomes.get(i)))
            .as("%s, %s: %s", described, options, sent.get(i))
            .isEqualTo(sent.get(i).outcome(alone));
      }
      engine.checkIntegrity();
      return engine.statistics();
    }
  }

  private static EngineOptions options(
      long cacheBytes, int batchTokens, int sequences, int threads) {
    return EngineOptions.defaults()
        .withKvCacheBytes(cacheBytes)
        .withMaxBatchTokens(batchTokens)
        .withMaxSequences(sequences)
        .withThreads(threads);
  }

  private static ModelInfo info(Checkpoint checkpoint) {
    return new ModelInfo(
        "",
        "",
        "",
        checkpoint.config().contextLength(),
        checkpoint.config().vocabularySize(),
        checkpoint.endTokens());
  }
}
