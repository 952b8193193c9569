package dev.espalier.program;

import static dev.espalier.program.Options.n;
import static dev.espalier.program.Options.type;
import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.row.NamedValue;
import dev.espalier.row.Row;
import dev.espalier.row.RowOutcome;
import dev.espalier.row.StepTrace;
import dev.espalier.row.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

class ForkTest {
  private final WordTokenizer tokenizer = new WordTokenizer();
  private final Row row = Programs.row("body", "late lamp");

  private static final Program JUDGE =
      s -> {
        s.user("Judge " + s.row("body"));
        Fork fork = s.fork(3);
        for (int i = 0; i < fork.size(); i++) {
          fork.get(i).user("By measure " + i).gen("score", type(ValueType.INTEGER));
        }
        s.set("sum", fork.join().values("score").stream().mapToLong(Value::asLong).sum());
        s.user("Sum up.").gen("verdict");
      };

  @Test
  void branchesGoOnFromTheForkAndShareColumns() {
    FakeEngine engine =
        new FakeEngine(tokenizer)
            .answering(request -> request.constraint().isPresent() ? "2" : "fine");
    RowOutcome outcome = Programs.run(JUDGE, row, engine, tokenizer);
    assertThat(outcome.error()).isEmpty();
    assertThat(outcome.values())
        .extracting(NamedValue::name)
        .containsExactly("fork/score", "sum", "verdict");
    assertThat(Programs.values(outcome))
        .containsEntry("sum", 6L)
        .containsEntry("fork/score", List.of(2L, 2L, 2L));
    assertThat(engine.prompt(1)).contains("Judge late lamp").contains("By measure 1");
    assertThat(engine.prompt(3)).contains("Judge late lamp").doesNotContain("measure");
  }

  @Test
  void branchesDoNotWaitForOneAnother() {
    List<Runnable> held = new ArrayList<>();
    Executor hold = held::add;
    FakeEngine engine = new FakeEngine(tokenizer, 2048, hold).answering(request -> "2");
    Program program =
        s -> {
          Fork fork = s.fork(3);
          fork.forEach(branch -> branch.text("x").gen("score"));
          s.text("y").gen("own");
        };
    try (ProgramRunner runner = Programs.runner(program, tokenizer)) {
      var outcome = runner.run(row, engine, 7);
      while (engine.generations().size() < 4) {
        Thread.onSpinWait();
      }
      // Nothing has been answered; answer in another order than asked.
      assertThat(outcome).isNotDone();
      for (int i = held.size() - 1; i >= 0; i--) {
        held.get(i).run();
      }
      assertThat(outcome.join().values())
          .extracting(NamedValue::name)
          .containsExactly("fork/score", "own");
    }
  }

  @Test
  void repeatedStepsHavePathsOfTheirOwnAndOneColumn() {
    FakeEngine engine = new FakeEngine(tokenizer);
    Program inner = s -> s.text(" in").gen("score");
    RowOutcome outcome =
        Programs.run(
            s -> {
              for (int i = 0; i < 2; i++) {
                s.text(" go").gen("score");
                s.fork(2).forEach(branch -> branch.text(" on").gen("score"));
                s.call("judge", inner).call(inner);
                s.copy().text(" aside").gen("score");
              }
            },
            row,
            engine,
            tokenizer);
    assertThat(outcome.trace())
        .extracting(StepTrace::step)
        .containsExactly(
            "score",
            "fork[0]/score",
            "fork[1]/score",
            "judge/score",
            "score#2",
            "copy/score",
            "score#3",
            "fork#2[0]/score",
            "fork#2[1]/score",
            "judge#2/score",
            "score#4",
            "copy#2/score");
    assertThat(outcome.values())
        .extracting(NamedValue::name)
        .containsExactly("score", "fork/score", "judge/score", "copy/score");
    assertThat(Programs.values(outcome)).containsEntry("score", outcome.trace().get(10).text());
  }

  @Test
  void valuesAreReadByName() {
    List<String> read = new ArrayList<>();
    Program inner =
        s -> {
          s.set("here", 1);
          read.add("callee sees caller: " + s.find("a").isPresent());
        };
    Programs.run(
        s -> {
          s.set("a", "first").set("b", s.text("x").gen("c"));
          s.call("in", inner);
          read.add(s.get("in/here").asString());
          read.add(s.fork(2).get(1).get("a").asString());
          read.add(s.get("b").asString().equals(s.get("c").asString()) ? "same" : "other");
        },
        row,
        new FakeEngine(tokenizer),
        tokenizer);
    assertThat(read).containsExactly("callee sees caller: false", "1", "first", "same");
  }

  @Test
  void samplesAreColumnsAndTraceEntriesAndTheFirstGoesOn() {
    FakeEngine engine = new FakeEngine(tokenizer).answering(request -> "say");
    RowOutcome outcome =
        Programs.run(
            s -> {
              Value value = s.text("x").gen("a", n(3));
              s.set("samples", value.outputs().size());
              s.text(".").gen("b");
            },
            row,
            engine,
            tokenizer);
    assertThat(Programs.values(outcome))
        .containsEntry("a", "say")
        .containsEntry("a[1]", "say sample 1")
        .containsEntry("a[2]", "say sample 2")
        .containsEntry("samples", 3L);
    assertThat(outcome.trace())
        .extracting(StepTrace::step)
        .containsExactly("a", "a[1]", "a[2]", "b");
    assertThat(engine.prompt(1)).isEqualTo("<s>xsay.");
  }

  @Test
  void cachedTokensAreThoseThatEarlierStepsComputed() {
    FakeEngine engine = new FakeEngine(tokenizer).answering(request -> " v w");
    RowOutcome outcome =
        Programs.run(
            s -> {
              s.text("a b c"); // 1 + 5 tokens with the beginning
              Fork fork = s.fork(2);
              fork.get(0).text(" d").gen("x"); // 5 tokens, computed with v and w
              fork.get(1).text(" e").gen("x"); // shares <s> a b c
              fork.get(0).text(" f").gen("y"); // goes on after v w
              s.gen("z"); // all but its last token
            },
            row,
            engine,
            tokenizer);
    assertThat(outcome.trace()).extracting(StepTrace::promptTokens).containsExactly(5, 5, 8, 4);
    assertThat(outcome.trace()).extracting(StepTrace::cachedTokens).containsExactly(0, 4, 7, 3);
  }
}
