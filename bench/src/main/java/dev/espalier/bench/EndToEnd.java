package dev.espalier.bench;

import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.EngineStatistics;
import dev.espalier.engine.GenerationRequest;
import dev.espalier.engine.GenerationResult;
import dev.espalier.engine.ModelInfo;
import dev.espalier.engine.SamplingParameters;
import dev.espalier.engine.TokenSequence;
import dev.espalier.engine.forward.ModelRunner;
import dev.espalier.engine.open.Engines;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Times requests through an engine, from the submission of the first to the result of the last. All
 * are submitted at once; what runs when is the engine's business.
 */
public final class EndToEnd {

  /**
   * @param groups that share a beginning
   * @param sharedTokens of a group's beginning, 0 for none
   * @param rows in a group
   * @param ownTokens of each row's prompt
   * @param outputTokens of each row
   * @param concurrency most rows at a time
   */
  public record Shape(
      int groups, int sharedTokens, int rows, int ownTokens, int outputTokens, int concurrency) {}

  /**
   * @param seconds from the first request to the last result
   * @param promptSeconds in steps with prompts
   * @param outputTokens generated
   * @param promptTokens of prompts that were computed
   * @param steps in all
   */
  public record Outcome(
      double seconds, double promptSeconds, long outputTokens, long promptTokens, long steps) {
    public double outputTokensPerSecond() {
      return outputTokens / seconds;
    }
  }

  private final ModelRunner runner;
  private final int maxBatchTokens;
  private final boolean runsAhead;
  private final Random random = new Random(7);

  /**
   * @param runner stays open
   * @param runsAhead whether steps are launched ahead where the device permits it
   */
  public EndToEnd(ModelRunner runner, int maxBatchTokens, boolean runsAhead) {
    this.runner = runner;
    this.maxBatchTokens = maxBatchTokens;
    this.runsAhead = runsAhead;
  }

  /** Runs all rows of a shape with an empty cache; groups are submitted one after the other. */
  public Outcome run(Shape shape) {
    SamplingParameters sampling =
        SamplingParameters.builder().maxTokens(shape.outputTokens()).ignoreEos(true).build();
    List<GenerationRequest> requests = new ArrayList<>();
    for (int group = 0; group < shape.groups(); group++) {
      TokenSequence opening = tokens(shape.sharedTokens());
      for (int row = 0; row < shape.rows(); row++) {
        requests.add(GenerationRequest.of(opening.concat(tokens(shape.ownTokens())), sampling));
      }
    }
    TimedRunner timed = new TimedRunner(runner, runsAhead);
    long start;
    EngineStatistics statistics;
    double seconds;
    try (Engine engine = engine(timed, shape)) {
      start = System.nanoTime();
      List<CompletableFuture<GenerationResult>> results =
          requests.stream().map(engine::generate).toList();
      results.forEach(CompletableFuture::join);
      seconds = (System.nanoTime() - start) / 1e9;
      statistics = engine.statistics();
    }
    long outputs = (long) requests.size() * shape.outputTokens();
    return new Outcome(
        seconds,
        timed.promptSeconds(),
        outputs,
        // The last token of each row is not computed.
        statistics.computedTokens() - (outputs - requests.size()),
        statistics.steps());
  }

  private TokenSequence tokens(int count) {
    return TokenSequence.of(random.ints(count, 0, runner.vocabularySize()).toArray());
  }

  private Engine engine(ModelRunner timed, Shape shape) {
    int longest = shape.sharedTokens() + shape.ownTokens() + shape.outputTokens();
    ModelInfo info = new ModelInfo("random", "", "", longest, runner.vocabularySize(), Set.of());
    return Engines.over(
        timed,
        new NumberedTokens(runner.vocabularySize()),
        info,
        constraint -> {
          throw new UnsupportedOperationException("there is no text for random weights");
        },
        EngineOptions.defaults()
            .withMaxBatchTokens(maxBatchTokens)
            .withMaxSequences(shape.concurrency()));
  }
}
