package dev.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.engine.forward.ForwardBatch;
import dev.espalier.engine.forward.ForwardResult;
import dev.espalier.engine.forward.ForwardResult.OutputResult;
import dev.espalier.engine.forward.ForwardingRunner;
import dev.espalier.engine.forward.LaunchedForward;
import dev.espalier.engine.forward.ModelRunner;
import dev.espalier.engine.open.Engines;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Outputs without an answer among others. */
class DamagedRowTest {
  private static final int DAMAGED_FROM = 20;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anOutputWithoutAnAnswerFailsItsRequestAlone(boolean runsAhead) {
    try (EngineFixture sound = EngineFixture.ample()) {
      Damaging runner =
          new Damaging(new HistoryRunner(EngineFixture.TOKENIZER.size(), 400, 4, runsAhead));
      try (Engine engine = engine(runner)) {
        GenerationRequest damaged = request(40, 15, 12);
        List<CompletableFuture<GenerationResult>> others = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
          others.add(engine.generate(request(i, 5, 12)));
        }
        CompletableFuture<GenerationResult> bad = engine.generate(damaged);
        for (int i = 0; i < 8; i++) {
          others.add(engine.generate(request(8 + i, 8, 10)));
        }
        assertThatThrownBy(bad::join)
            .isInstanceOf(CompletionException.class)
            .cause()
            .isInstanceOfSatisfying(
                EngineException.class,
                e -> assertThat(e.code()).isEqualTo(ErrorCode.LOGITS_NOT_FINITE))
            .hasMessageContainingAll("After token " + DAMAGED_FROM, "not finite");
        for (int i = 0; i < 16; i++) {
          GenerationRequest request = i < 8 ? request(i, 5, 12) : request(i, 8, 10);
          assertThat(others.get(i).join().samples())
              .isEqualTo(sound.engine.generate(request).join().samples());
        }
        engine.checkIntegrity();
        runner.damaging = false;
        assertThat(engine.generate(damaged).join().samples())
            .isEqualTo(sound.engine.generate(damaged).join().samples());
        engine.checkIntegrity();
      }
    }
  }

  private static Engine engine(ModelRunner runner) {
    return Engines.over(
        runner,
        EngineFixture.TOKENIZER,
        SmallTokenizer.model(4096),
        EngineFixture.COMPILER::compile,
        EngineOptions.defaults().withMaxBatchTokens(64).withMaxSequences(32));
  }

  private static GenerationRequest request(int token, int promptLength, int maxTokens) {
    int[] prompt = new int[promptLength];
    java.util.Arrays.fill(prompt, token);
    return GenerationRequest.of(
        TokenSequence.of(prompt),
        SamplingParameters.builder().maxTokens(maxTokens).ignoreEos(true).build());
  }

  /** No output from a position on has an answer. */
  private static final class Damaging extends ForwardingRunner {
    private volatile boolean damaging = true;

    Damaging(ModelRunner runner) {
      super(runner);
    }

    @Override
    public LaunchedForward launch(ForwardBatch batch) {
      LaunchedForward step = super.launch(batch);
      return new LaunchedForward() {
        private ForwardBatch asked;

        @Override
        public void sample(ForwardBatch other) {
          asked = other;
          step.sample(other);
        }

        @Override
        public ForwardResult await() {
          return damaging ? damage(asked, step.await()) : step.await();
        }
      };
    }

    private static ForwardResult damage(ForwardBatch asked, ForwardResult result) {
      List<List<OutputResult>> damaged = new ArrayList<>();
      for (int s = 0; s < asked.slices().size(); s++) {
        ForwardBatch.Slice slice = asked.slices().get(s);
        List<OutputResult> outputs = new ArrayList<>(result.slices().get(s));
        for (int i = 0; i < outputs.size(); i++) {
          if (slice.start() + slice.outputs().get(i).index() >= DAMAGED_FROM) {
            outputs.set(
                i,
                OutputResult.failed(
                    new EngineException(ErrorCode.LOGITS_NOT_FINITE, "logits are not finite")));
          }
        }
        damaged.add(outputs);
      }
      return new ForwardResult(damaged);
    }
  }
}
