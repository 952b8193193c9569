package dev.espalier.program;

import static dev.espalier.program.Options.regex;
import static dev.espalier.program.Options.temperature;
import static dev.espalier.program.Options.type;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.engine.EngineException;
import dev.espalier.engine.ErrorCode;
import dev.espalier.row.Row;
import dev.espalier.row.RowError;
import dev.espalier.row.RowOutcome;
import dev.espalier.row.StepTrace;
import dev.espalier.row.ValueType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RowErrorTest {
  private final WordTokenizer tokenizer = new WordTokenizer();
  private final Row row = Programs.row("body", "late lamp", "note", null);

  private RowOutcome outcome(Program program) {
    return Programs.run(program, row, new FakeEngine(tokenizer), tokenizer);
  }

  private RowError error(Program program) {
    return outcome(program).error().orElseThrow();
  }

  @Test
  void aMissingFieldIsNamedWithThoseThereAre() {
    assertThat(error(s -> s.user(s.row("text"))))
        .isEqualTo(
            new RowError("MISSING_FIELD", "the row has no field \"text\"; it has body, note", ""));
    assertThat(error(s -> s.user(s.row("note"))))
        .isEqualTo(new RowError("MISSING_FIELD", "the field \"note\" is null", ""));
  }

  @Test
  void anExceptionKeepsItsClassMessageAndPlace() {
    RowError error =
        error(
            s -> {
              s.text("x").gen("a");
              throw new IllegalStateException("no luck");
            });
    assertThat(error)
        .isEqualTo(new RowError("PROGRAM_FAILED", "java.lang.IllegalStateException: no luck", "a"));
  }

  @Test
  void messagesHoldNothingThatChangesFromRunToRun() {
    Object object = new Object();
    Runnable lambda = () -> {};
    assertThat(error(s -> failWith("at " + object)).message())
        .isEqualTo("java.lang.IllegalArgumentException: at java.lang.Object");
    assertThat(error(s -> failWith("at " + lambda)).message())
        .doesNotContainPattern("@[0-9a-f]+|0x|Lambda.+[0-9]");
    assertThat(error(s -> failWith("[I@1b2c3d by jo.do@abc.example")).message())
        .isEqualTo("java.lang.IllegalArgumentException: [I by jo.do@abc.example");
    assertThat(error(s -> s.set("a", ((Number) (Object) "x").intValue())).message())
        .isEqualTo(
            "java.lang.ClassCastException: class java.lang.String cannot be cast to class"
                + " java.lang.Number");
  }

  @Test
  void aStackThatOverflowsIsTheRowsError() {
    for (Program program :
        List.<Program>of(s -> s.set("depth", depth(0)), RowErrorTest::callItself)) {
      assertThat(error(program))
          .isEqualTo(
              new RowError(
                  "PROGRAM_FAILED",
                  "the program calls itself without end, or too deep for its thread",
                  ""));
    }
  }

  @SuppressWarnings("InfiniteRecursion") // that is what is tested
  private static long depth(long n) {
    return 1 + depth(n + 1);
  }

  private static void callItself(State s) {
    s.call("again", RowErrorTest::callItself);
  }

  private static void failWith(String message) {
    throw new IllegalArgumentException(message);
  }

  @Test
  void anEngineErrorOfTheRequestIsTheRows() {
    FakeEngine engine =
        new FakeEngine(tokenizer)
            .answering(
                request -> {
                  if (request.constraint().isPresent()) {
                    throw new EngineException(
                        ErrorCode.CONSTRAINT_UNSATISFIABLE, "no token can follow");
                  }
                  return "fine";
                });
    RowOutcome outcome =
        Programs.run(
            s -> {
              s.set("before", "kept").text("x").gen("a");
              s.text("y").gen("b", regex("[^\\x00-\\x{10FFFF}]"));
              s.text("z").gen("c");
            },
            row,
            engine,
            tokenizer);
    assertThat(outcome.error())
        .contains(new RowError("CONSTRAINT_UNSATISFIABLE", "no token can follow", "b"));
    assertThat(Programs.values(outcome)).isEqualTo(Map.of("before", "kept", "a", "fine"));
    assertThat(outcome.trace()).extracting(StepTrace::step).containsExactly("a");
  }

  @Test
  void theFirstErrorInTheProgramCountsWhicheverComesFirstInTime() {
    for (boolean reversed : List.of(false, true)) {
      List<Runnable> held = new ArrayList<>();
      FakeEngine engine =
          new FakeEngine(tokenizer, 2048, held::add)
              .answering(
                  request -> {
                    throw new EngineException(
                        ErrorCode.CONSTRAINT_INVALID, request.seed().stepPath());
                  });
      Program program = s -> s.fork(3).forEach(branch -> branch.text("x").gen("a"));
      try (ProgramRunner runner = Programs.runner(program, tokenizer)) {
        CompletableFuture<RowOutcome> outcome = runner.run(row, engine, 7);
        while (engine.generations().size() < 3) {
          Thread.onSpinWait();
        }
        for (int i = 0; i < 3; i++) {
          held.get(reversed ? 2 - i : i).run();
        }
        assertThat(outcome.join().error())
            .contains(new RowError("CONSTRAINT_INVALID", "fork[0]/a", "fork[0]/a"));
      }
    }
  }

  @Test
  void aFailureOfTheMachineIsNoOutcome() {
    FakeEngine engine =
        new FakeEngine(tokenizer)
            .answering(
                request -> {
                  throw new EngineException(ErrorCode.DEVICE_LOST, "gone");
                });
    for (Program program :
        List.<Program>of(s -> s.text("x").gen("a"), s -> s.text("x").gen("a").asString())) {
      assertThatThrownBy(() -> Programs.run(program, row, engine, tokenizer))
          .isInstanceOf(CompletionException.class)
          .cause()
          .hasMessage("gone")
          .extracting(e -> ((EngineException) e).code())
          .isEqualTo(ErrorCode.DEVICE_LOST);
    }
  }

  @Test
  void aProgramThatCatchesExceptionsDoesNotHideAFailedStep() {
    FakeEngine engine =
        new FakeEngine(tokenizer)
            .answering(
                request -> {
                  throw new EngineException(ErrorCode.CONSTRAINT_INVALID, "bad");
                });
    RowOutcome outcome =
        Programs.run(
            s -> {
              try {
                s.text("x").gen("a").asString();
              } catch (RuntimeException e) {
                s.set("hidden", true);
              }
            },
            row,
            engine,
            tokenizer);
    assertThat(outcome.error()).map(RowError::code).contains("CONSTRAINT_INVALID");
    assertThat(outcome.values()).isEmpty();
  }

  @Test
  void aPromptLongerThanTheContextSaysBothNumbers() {
    RowError error = error(s -> s.text("word ".repeat(3000)).gen("a"));
    assertThat(error.code()).isEqualTo("PROMPT_TOO_LONG");
    assertThat(error.message()).contains("3002 tokens").contains("2048");
    assertThat(error.step()).isEqualTo("a");
    assertThat(error(s -> s.text(" a".repeat(2046)).select("b", List.of(" a b"))).code())
        .isEqualTo("PROMPT_TOO_LONG");
    assertThat(outcome(s -> s.text(" a".repeat(2046)).select("b", List.of(" b"))).error())
        .isEmpty();
  }

  @Test
  void misuseIsSaidWithItsRemedy() {
    assertThat(error(s -> s.text("x").user("y")).message())
        .contains("put the text into system() or user()");
    assertThat(error(s -> s.special("<none>")).message()).contains("no special token");
    assertThat(error(s -> s.text("x").gen("a/b")).message()).contains("\"a/b\" is no name");
    assertThat(error(s -> s.text("x").select("a", List.of())).message()).contains("no choices");
    assertThat(error(s -> s.text("x").select("a", List.of("b", "b"))).message()).contains("twice");
    assertThat(error(s -> s.get("nothing")).code()).isEqualTo("UNDEFINED_VARIABLE");
    assertThat(error(s -> s.fork(0)).message()).contains("0 branches but may have 1 to 1024");
    assertThat(error(s -> s.text("x").select("a", Collections.nCopies(10_001, "b"))).message())
        .isEqualTo("the select a has 10001 choices but may have 10000");
    assertThat(error(s -> s.text("x\uD800y").gen("a")).code()).isEqualTo("INVALID_TEXT");
    assertThat(error(s -> s.text("x").gen("a", regex("a"), Options.choices("b"))).code())
        .isEqualTo("INVALID_PARAMETERS");
    assertThat(error(s -> s.text("x").gen("a", temperature(-1))).message())
        .contains("temperature is -1.0");
    assertThat(error(s -> s.set("a", new Object())).message()).contains("java.lang.Object");
  }

  @Test
  void aModelWithoutATemplateHasNoRoles() {
    try (ProgramRunner runner =
        ProgramRunner.builder(s -> s.user("x").gen("a"), tokenizer, 2048).build()) {
      RowOutcome outcome = Programs.await(runner, row, new FakeEngine(tokenizer));
      assertThat(outcome.error()).map(RowError::code).contains("NO_CHAT_TEMPLATE");
    }
  }

  @Test
  void anOutputThatIsNotOfItsTypeIsAnError() {
    FakeEngine engine = new FakeEngine(tokenizer).answering(request -> "12 apples");
    for (Program program :
        List.<Program>of(
            s -> s.text("x").gen("a", type(ValueType.INTEGER)),
            s -> s.text("x").gen("a").asInt())) {
      RowOutcome outcome = Programs.run(program, row, engine, tokenizer);
      assertThat(outcome.error()).map(RowError::code).contains("VALUE_INVALID");
      assertThat(outcome.error()).map(RowError::step).contains("a");
      assertThat(outcome.error()).map(RowError::message).get().asString().contains("12 apples");
    }
  }

  @Test
  void anEndlessLoopEnds() {
    Program endless =
        s -> {
          s.text("x");
          while (true) {
            s.gen("a");
          }
        };
    try (ProgramRunner runner =
        ProgramRunner.builder(endless, tokenizer, 2048).maxSteps(20).build()) {
      RowOutcome outcome = Programs.await(runner, row, new FakeEngine(tokenizer));
      assertThat(outcome.error()).map(RowError::code).contains("STEP_LIMIT");
      assertThat(outcome.trace()).hasSize(20);
    }
  }

  @Test
  void aListenerSeesStepsAndItsExceptionIsTheStepsError() {
    List<StepView> seen = new ArrayList<>();
    outcome(s -> s.text("x").onStep(seen::add).gen("a"));
    assertThat(seen).hasSize(1);
    assertThat(seen.get(0).prompt()).isEqualTo("<s>x");
    assertThat(seen.get(0).step()).isEqualTo("a");
    RowError error =
        error(
            s -> {
              s.onStep(
                  step -> {
                    throw new IllegalStateException("not " + step.step());
                  });
              s.text("x").gen("a");
            });
    assertThat(error)
        .isEqualTo(new RowError("PROGRAM_FAILED", "java.lang.IllegalStateException: not a", "a"));
  }

  @Test
  void aRowThatCouldNotBeReadDoesNotRun() {
    RowError broken = new RowError("BAD_LINE", "line 3", "");
    Row unread = new Row("r9", Map.of(), java.util.Optional.of(broken));
    FakeEngine engine = new FakeEngine(tokenizer);
    RowOutcome outcome = Programs.run(s -> s.text("x").gen("a"), unread, engine, tokenizer);
    assertThat(outcome.error()).contains(broken);
    assertThat(engine.prompts()).isEmpty();
  }

  @Test
  void givingUpARunGivesUpItsRequestsAndClosingFailsTheRest() {
    AtomicInteger started = new AtomicInteger();
    FakeEngine engine = new FakeEngine(tokenizer, 2048, task -> started.incrementAndGet());
    ProgramRunner runner =
        ProgramRunner.builder(s -> s.text("x").gen("a").asString(), tokenizer, 2048)
            .threads(1)
            .build();
    CompletableFuture<RowOutcome> first = runner.run(row, engine, 7);
    while (started.get() < 1) {
      Thread.onSpinWait();
    }
    first.cancel(true);
    CompletableFuture<RowOutcome> second = runner.run(row, engine, 7);
    while (started.get() < 2) {
      Thread.onSpinWait();
    }
    CompletableFuture<RowOutcome> waiting = runner.run(row, engine, 7);
    runner.close();
    for (CompletableFuture<RowOutcome> future :
        List.of(second, waiting, runner.run(row, engine, 7))) {
      assertThatThrownBy(future::join).hasMessageContaining("runner is closed");
    }
  }
}
