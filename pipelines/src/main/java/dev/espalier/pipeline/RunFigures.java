package dev.espalier.pipeline;

import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineActivity;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;

/**
 * What a task that runs programs shows of itself while its bundle goes on: the rows that ended in
 * it, and its share of the engine. Over all tasks they add up to those of the job.
 */
final class RunFigures implements AutoCloseable {
  private static final long NANOS_A_MILLISECOND = 1_000_000;

  private final Engine engine;
  private final EngineMeter.Share share;
  private final long beganNanos = System.nanoTime();
  private final LongAdder rowsDone = new LongAdder();
  private final LongAdder rowsFailed = new LongAdder();
  private final LongAdder promptTokens = new LongAdder();
  private final LongAdder generatedTokens = new LongAdder();

  private RunFigures(Engine engine) {
    this.engine = engine;
    this.share = EngineMeter.of(engine).open();
  }

  /**
   * Begins to show them.
   *
   * @param receiver of the task's outputs
   */
  static RunFigures show(LiveMetrics live, Object receiver, Engine engine) {
    RunFigures figures = new RunFigures(engine);
    live.show(receiver, figures.all());
    return figures;
  }

  private Map<String, LongSupplier> all() {
    Map<String, LongSupplier> all = new TreeMap<>();
    all.put("rows_done", rowsDone::sum);
    all.put("rows_failed", rowsFailed::sum);
    all.put("tokens_prompt_of_ended_rows", promptTokens::sum);
    all.put("tokens_generated_of_ended_rows", generatedTokens::sum);
    all.put("elapsed_ms", () -> (System.nanoTime() - beganNanos) / NANOS_A_MILLISECOND);
    all.put("tokens_prompt", of(EngineActivity::promptTokens));
    all.put("tokens_cached", of(EngineActivity::cachedTokens));
    all.put("tokens_generated", of(EngineActivity::generatedTokens));
    all.put("batch_size", of(EngineActivity::running));
    all.put("sequences_waiting", of(EngineActivity::waiting));
    all.put("cache_pages", of(EngineActivity::heldPages));
    all.put("cache_pages_total", of(EngineActivity::totalPages));
    all.put("preemptions", of(EngineActivity::preemptions));
    all.put("busy_ms", of(now -> now.busyNanos() / NANOS_A_MILLISECOND));
    all.put("short_of_pages_ms", of(now -> now.shortOfPagesNanos() / NANOS_A_MILLISECOND));
    all.put("host_ms", of(now -> now.hostNanos() / NANOS_A_MILLISECOND));
    all.put("idle_ms", of(now -> now.idleNanos() / NANOS_A_MILLISECOND));
    return all;
  }

  private LongSupplier of(ToLongFunction<EngineActivity> part) {
    return () -> part.applyAsLong(share.now(engine));
  }

  /**
   * A row has ended.
   *
   * @param prompt tokens of its prompts that were computed
   */
  void ended(boolean failed, long prompt, long generated) {
    rowsDone.increment();
    if (failed) {
      rowsFailed.increment();
    }
    promptTokens.add(prompt);
    generatedTokens.add(generated);
  }

  @Override
  public void close() {
    share.close();
  }
}
