package dev.espalier.engine;

import dev.espalier.engine.constrain.ConstraintCompiler;
import dev.espalier.engine.open.Engines;

/** An engine over {@link HistoryRunner} and {@link SmallTokenizer}. */
final class EngineFixture implements AutoCloseable {
  static final SmallTokenizer TOKENIZER = new SmallTokenizer();
  static final ConstraintCompiler COMPILER = new ConstraintCompiler(TOKENIZER, TOKENIZER.size());

  final HistoryRunner runner;
  final Engine engine;

  EngineFixture(int pages, int pageSize, int maxBatchTokens, int maxSequences) {
    this(pages, pageSize, maxBatchTokens, maxSequences, 4096);
  }

  EngineFixture(int pages, int pageSize, int maxBatchTokens, int maxSequences, int contextLength) {
    this(pages, pageSize, maxBatchTokens, maxSequences, contextLength, true);
  }

  /**
   * @param runsAhead whether steps are launched before the last one is there
   */
  EngineFixture(
      int pages,
      int pageSize,
      int maxBatchTokens,
      int maxSequences,
      int contextLength,
      boolean runsAhead) {
    runner = new HistoryRunner(TOKENIZER.size(), pages, pageSize, runsAhead);
    engine =
        Engines.over(
            runner,
            TOKENIZER,
            SmallTokenizer.model(contextLength),
            COMPILER::compile,
            EngineOptions.defaults()
                .withMaxBatchTokens(maxBatchTokens)
                .withMaxSequences(maxSequences));
  }

  /** Much room for everything. */
  static EngineFixture ample() {
    return new EngineFixture(4000, 4, 512, 64);
  }

  /** Checks the pages, then closes. */
  @Override
  public void close() {
    engine.checkIntegrity();
    engine.close();
    engine.checkIntegrity();
  }
}
