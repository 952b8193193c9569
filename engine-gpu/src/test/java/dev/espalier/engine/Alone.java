package dev.espalier.engine;

import dev.espalier.engine.cache.PrefixCache;
import dev.espalier.engine.forward.ModelRunner;
import dev.espalier.engine.generate.GenerationPlan;
import dev.espalier.engine.generate.GenerationSequence;
import dev.espalier.engine.generate.RequestPlanner;
import dev.espalier.engine.generate.ScoringPlan;
import dev.espalier.engine.generate.SequenceListener;
import dev.espalier.engine.schedule.Scheduler;
import dev.espalier.engine.schedule.Sequence;
import dev.espalier.engine.schedule.Step;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs one request by itself, sample after sample, each with an empty cache and in the calling
 * thread: what every engine must come to, however busy it is.
 */
final class Alone {
  private final RequestPlanner planner;
  private final ModelRunner runner;

  Alone(RequestPlanner planner, ModelRunner runner) {
    this.planner = planner;
    this.runner = runner;
  }

  /** The samples and prompt log-probabilities, or the code of the failure. */
  Object outcome(GenerationRequest request) {
    try {
      GenerationPlan plan = planner.plan(request);
      List<GenerationResult.Sample> samples = new ArrayList<>();
      List<TokenLogprob> promptLogprobs = List.of();
      for (int i = 0; i < request.sampling().n(); i++) {
        GenerationSequence sequence = new GenerationSequence(plan, i, i == 0, LISTENER);
        run(sequence);
        samples.add(sequence.sample());
        promptLogprobs = i == 0 ? sequence.promptLogprobs() : promptLogprobs;
      }
      return List.of(samples, promptLogprobs);
    } catch (EngineException e) {
      return e.code();
    }
  }

  /** The scores, or the code of the failure. */
  Object outcome(ScoreRequest request) {
    try {
      ScoringPlan plan = planner.plan(request);
      plan.sequences(LISTENER).forEach(this::run);
      return plan.result(0).continuations();
    } catch (EngineException e) {
      return e.code();
    }
  }

  private void run(Sequence sequence) {
    if (sequence.isComplete()) {
      return;
    }
    Scheduler scheduler =
        new Scheduler(new PrefixCache(runner.pages(), runner.pageSize()), 1 << 20, 1);
    scheduler.submit(sequence, 0);
    while (!scheduler.isIdle()) {
      Step step = scheduler.next();
      scheduler.complete(step, runner.run(step.batch()), null);
    }
  }

  private static final SequenceListener LISTENER =
      new SequenceListener() {
        @Override
        public void began(int cachedTokens) {
          if (cachedTokens > 0) {
            throw new IllegalStateException("an empty cache had " + cachedTokens + " tokens");
          }
        }

        @Override
        public void completed(Sequence sequence) {}

        @Override
        public void failed(EngineException cause) {
          throw cause;
        }
      };
}
