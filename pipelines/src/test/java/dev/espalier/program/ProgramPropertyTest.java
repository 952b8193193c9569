package dev.espalier.program;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.TokenSequence;
import dev.espalier.program.source.ProgramFile;
import dev.espalier.row.NamedValue;
import dev.espalier.row.Row;
import dev.espalier.row.RowOutcome;
import dev.espalier.row.StepTrace;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** What holds for every program. */
class ProgramPropertyTest {
  private static final Row ROW = Programs.row("body", "late <|im_start|> lamp");

  private final WordTokenizer tokenizer = new WordTokenizer();

  @Property(tries = 300)
  void theOpeningIsThePromptThatARunSubmitsFirst(@ForAll long seed) {
    ProgramTree program = ProgramTree.random(seed);
    FakeEngine engine = new FakeEngine(tokenizer);
    try (ProgramRunner runner = Programs.runner(program, tokenizer)) {
      TokenSequence opening = runner.opening(ROW);
      Programs.await(runner, ROW, engine);
      TokenSequence first =
          engine.prompts().isEmpty() ? TokenSequence.empty() : engine.prompts().get(0);
      assertThat(opening).isEqualTo(first);
    }
  }

  @Property(tries = 300)
  void aProgramAndItsFileHaveTheSameOutcome(@ForAll long seed) {
    ProgramTree program = ProgramTree.random(seed);
    ProgramFile file = ProgramFile.parse("random.yaml", program.yaml(), Path.of("."));
    RowOutcome fromJava = Programs.run(program, ROW, new FakeEngine(tokenizer), tokenizer);
    RowOutcome fromFile = Programs.run(file.load(), ROW, new FakeEngine(tokenizer), tokenizer);
    assertThat(fromFile).as(program.yaml()).isEqualTo(fromJava);
    assertThat(fromJava.error()).isEmpty();
  }

  @Property(tries = 300)
  void theTraceHasEveryStepOnceWithTheTokensThatEarlierOnesBroughtIn(@ForAll long seed) {
    FakeEngine engine = new FakeEngine(tokenizer);
    RowOutcome outcome = Programs.run(ProgramTree.random(seed), ROW, engine, tokenizer);
    assertThat(outcome.trace()).extracting(StepTrace::step).doesNotHaveDuplicates();
    assertThat(outcome.values()).extracting(NamedValue::name).doesNotHaveDuplicates();
    List<Integer> promptTokens = new ArrayList<>();
    List<Integer> cachedTokens = new ArrayList<>();
    List<TokenSequence> known = new ArrayList<>();
    for (int i = 0; i < engine.prompts().size(); i++) {
      TokenSequence prompt = engine.prompts().get(i);
      // A prefix of one token is a choice on its own, which is no step.
      if (prompt.length() > 1) {
        int shared = known.stream().mapToInt(prompt::commonPrefixLength).max().orElse(0);
        promptTokens.add(prompt.length());
        cachedTokens.add(Math.min(shared, prompt.length() - 1));
        known.addAll(engine.reads().get(i));
      }
    }
    assertThat(outcome.trace()).extracting(StepTrace::promptTokens).isEqualTo(promptTokens);
    assertThat(outcome.trace()).extracting(StepTrace::cachedTokens).isEqualTo(cachedTokens);
  }

  @Test
  void outcomesDoNotDependOnWhatRunsWhenOrOnHowManyThreads() {
    ScheduledExecutorService timer = Executors.newScheduledThreadPool(4);
    try {
      FakeEngine delayed =
          new FakeEngine(
              tokenizer,
              2048,
              task -> {
                var unused =
                    timer.schedule(
                        task, ThreadLocalRandom.current().nextInt(2000), TimeUnit.MICROSECONDS);
              });
      for (int seed = 0; seed < 20; seed++) {
        ProgramTree program = ProgramTree.random(seed);
        RowOutcome expected = Programs.run(program, ROW, new FakeEngine(tokenizer), tokenizer);
        try (ProgramRunner runner =
            ProgramRunner.builder(program, tokenizer, 2048)
                .template(new ChatMl())
                .threads(1 + seed)
                .build()) {
          List<CompletableFuture<RowOutcome>> runs = new ArrayList<>();
          for (int i = 0; i < 40; i++) {
            runs.add(runner.run(ROW, delayed, 7));
          }
          for (CompletableFuture<RowOutcome> run : runs) {
            assertThat(run.orTimeout(30, TimeUnit.SECONDS).join()).isEqualTo(expected);
          }
        }
      }
    } finally {
      timer.shutdownNow();
    }
  }
}
