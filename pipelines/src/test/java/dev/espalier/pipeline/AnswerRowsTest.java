package dev.espalier.pipeline;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.engine.EngineException;
import dev.espalier.engine.TokenSequence;
import dev.espalier.prefix.Grouping;
import dev.espalier.prefix.PlanOptions;
import dev.espalier.prefix.PrefixTotals;
import dev.espalier.prefix.PrefixWalk;
import dev.espalier.row.AnsweredRow;
import dev.espalier.row.NamedValue;
import dev.espalier.row.Row;
import dev.espalier.row.RowCoders;
import dev.espalier.row.RowError;
import dev.espalier.row.RowOutcome;
import dev.espalier.row.RowReads;
import dev.espalier.row.ValueType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AnswerRowsTest {
  private static final long SEED = 11;
  private static final int IN_FLIGHT = 16;

  @AfterEach
  void closeEngines() {
    EnginePool.closeAll();
  }

  @Test
  void outcomesAreTheSameForAnyNumberOfWorkersOrderAndGrouping() {
    List<Row> rows = new ArrayList<>(Rows.grouped(150, 6, 30, 4, 3));
    rows.add(Row.of("asks-nothing", Map.of("body", "hello")));
    rows.add(Row.of("fails", Map.of("tokens", "5 6", "fails", true)));
    RowError unreadable = new RowError("INVALID_ROW", "line 3 is not JSON", "");
    rows.add(new Row("broken", Map.of(), Optional.of(unreadable)));
    List<RowOutcome> expected = outcomesOneByOne(rows);
    for (int workers : List.of(1, 4)) {
      for (Grouping grouping : Grouping.values()) {
        Collections.shuffle(rows, new Random(workers));
        PlanOptions plan = PlanOptions.defaults().withRanges(5, 5).withGrouping(grouping);
        RunMetrics metrics =
            run("same-" + workers + grouping, rows, List.of(), workers, plan, 8, expected);
        assertThat(metrics.rowsEmitted()).isEqualTo(153);
        assertThat(metrics.rowsFailed()).isEqualTo(2);
        assertThat(metrics.ranges()).isEqualTo(5);
        assertThat(metrics.outputTokens()).isEqualTo(2 * 151);
        assertThat(metrics.planned().totals().rowsWithoutOpening()).isEqualTo(2);
      }
    }
  }

  @Test
  void aThousandRowsInTwentyGroupsReachTheHitsThatThePlanPromised() {
    List<Row> rows = Rows.grouped(1000, 20, 300, 30, 5);
    List<RowOutcome> expected = outcomesOneByOne(rows);
    PlanOptions plan = PlanOptions.defaults();
    RunMetrics grouped = run("hits", rows, List.of(), 4, plan, 8, expected);
    PrefixTotals totals = grouped.planned().totals();
    PrefixWalk walk = new PrefixWalk(IN_FLIGHT);
    Rows.sortedOpenings(rows).forEach(walk::add);
    assertThat(grouped.planned()).isEqualTo(walk.finish());
    assertThat(grouped.planned().groups()).isEqualTo(20);
    assertThat(grouped.walked()).contains(totals);
    assertThat(grouped.openingHits())
        .isBetween(Math.round(0.99 * totals.achievableHits()), totals.achievableHits());
    RunMetrics scattered =
        run("misses", rows, List.of(), 4, plan.withGrouping(Grouping.NONE), 8, expected);
    assertThat(scattered.planned().totals()).isEqualTo(totals);
    assertThat(scattered.walked()).isEmpty();
    assertThat(scattered.openingHits()).isLessThan(totals.achievableHits() / 2);
  }

  @Test
  void oneWorkerSubmitsTheDatasetInDepthFirstOrder() {
    List<Row> rows = Rows.grouped(100, 4, 20, 5, 2);
    PlanOptions plan = PlanOptions.defaults().withRanges(1, 1);
    run("depth-first", rows, List.of(), 1, plan, 8, outcomesOneByOne(rows));
    List<TokenSequence> submitted = FakeEngineFactory.of("depth-first").opened().get(0).submitted();
    assertThat(submitted).isEqualTo(Rows.sortedOpenings(rows));
  }

  @Test
  void finishedRowsDoNotRunAgainUnlessTheyChangedOrDisagree() {
    List<Row> rows = Rows.grouped(50, 2, 20, 5, 4);
    List<RowOutcome> expected = outcomesOneByOne(rows);
    List<FinishedRow> finished = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      finished.add(finishedAs(rows.get(i), "kept " + i));
    }
    finished.add(finished.get(0));
    Row changed = rows.get(20);
    finished.add(finishedAs(Rows.of(changed.id(), 9), "old"));
    finished.add(finishedAs(rows.get(21), "one"));
    finished.add(finishedAs(rows.get(21), "another"));
    finished.add(finishedAs(Rows.of("gone", 1), "gone"));
    List<RowOutcome> mixed = new ArrayList<>();
    for (RowOutcome outcome : expected) {
      mixed.add(
          finished.subList(0, 20).stream()
              .map(FinishedRow::outcome)
              .filter(kept -> kept.id().equals(outcome.id()))
              .findFirst()
              .orElse(outcome));
    }
    RunMetrics metrics = run("resume", rows, finished, 2, PlanOptions.defaults(), 8, mixed);
    assertThat(metrics.rowsSkipped()).isEqualTo(20);
    assertThat(metrics.rowsRun()).isEqualTo(30);
    assertThat(metrics.rowsEmitted()).isEqualTo(50);
    assertThat(metrics.journalUnused()).isEqualTo(5);
    assertThat(FakeEngineFactory.of("resume").opened().get(0).submitted()).hasSize(30);
    MemoryJournal journal = new MemoryJournal("resume");
    assertThat(journal.rows()).hasSize(30);
    List<FinishedRow> all = new ArrayList<>(journal.rows());
    all.addAll(finished.subList(0, 20));
    RunMetrics again = run("resume-all", rows, all, 2, PlanOptions.defaults(), 8, mixed);
    assertThat(again.rowsSkipped()).isEqualTo(50);
    assertThat(FakeEngineFactory.of("resume-all").opened()).isEmpty();
  }

  @Test
  void twoRowsWithOneIdFailTheJobBeforeAnythingRuns() {
    List<Row> rows = new ArrayList<>(Rows.grouped(20, 2, 20, 5, 4));
    rows.add(Rows.of("row-7", 1, 2, 3));
    List<FinishedRow> before = List.of(finishedAs(rows.get(3), "kept"));
    for (List<FinishedRow> finished : List.of(List.<FinishedRow>of(), before)) {
      assertThatThrownBy(
              () -> run("twice", rows, finished, 2, PlanOptions.defaults(), 8, List.of()))
          .hasRootCauseInstanceOf(DuplicateRowException.class)
          .rootCause()
          .hasMessageContaining("\"row-7\"");
      assertThat(FakeEngineFactory.of("twice").opened()).isEmpty();
    }
  }

  @Test
  void aLostDeviceFailsTheJobAndTheJournalSavesWhatHadEnded() {
    List<Row> rows = Rows.grouped(100, 2, 20, 5, 4);
    FakeEngineFactory broken = new FakeEngineFactory("lost-device", 8, 60);
    RunOptions options = options("lost-device", PlanOptions.defaults().withRanges(1, 1));
    MemoryJournal journal = new MemoryJournal("lost-device");
    Pipeline pipeline = pipeline(1, rows.size());
    pipeline
        .apply(Create.of(rows).withCoder(RowCoders.ROW))
        .apply(
            AnswerRows.with(broken, new FakeRunner.Factory("lost-device"), options)
                .journaling(journal));
    assertThatThrownBy(pipeline::run)
        .hasRootCauseInstanceOf(EngineException.class)
        .rootCause()
        .hasMessageContaining("the device is gone");
    List<FinishedRow> saved = List.copyOf(journal.rows());
    assertThat(saved).hasSizeGreaterThanOrEqualTo(59);
    RunMetrics metrics =
        run("found-device", rows, saved, 1, PlanOptions.defaults(), 8, outcomesOneByOne(rows));
    assertThat(metrics.rowsSkipped()).isEqualTo(saved.size());
    assertThat(metrics.rowsRun()).isEqualTo(100 - saved.size());
  }

  @Test
  void noRowsGiveNoOutcomesAndOpenNoEngine() {
    RunMetrics metrics =
        run("nothing", List.of(), List.of(), 1, PlanOptions.defaults(), 8, List.of());
    assertThat(metrics.ranges()).isEqualTo(1);
    assertThat(metrics.planned().exact()).isTrue();
    assertThat(FakeEngineFactory.of("nothing").opened()).isEmpty();
  }

  @Test
  void progressFollowsTheRun() {
    List<Row> rows = Rows.grouped(40, 2, 20, 5, 4);
    RunMetrics metrics =
        run("live", rows, List.of(), 2, PlanOptions.defaults(), 8, outcomesOneByOne(rows));
    Progress progress = Progress.of("live");
    assertThat(progress.rowsRead()).isEqualTo(40);
    assertThat(progress.rowsDone()).isEqualTo(40);
    assertThat(progress.rowsFailed()).isZero();
    assertThat(progress.promptTokens()).isEqualTo(metrics.promptTokens()).isEqualTo(40 * 25);
    assertThat(progress.openingHits()).isEqualTo(metrics.openingHits()).isPositive();
    assertThat(progress.plan().orElseThrow().statistics()).isEqualTo(metrics.planned());
    Progress.forget("live");
    assertThat(Progress.of("live").rowsDone()).isZero();
  }

  /** Runs a job, asserts its exact outcomes and that its rows add up. */
  private static RunMetrics run(
      String name,
      List<Row> rows,
      List<FinishedRow> finished,
      int workers,
      PlanOptions plan,
      int cachedPrompts,
      List<RowOutcome> expected) {
    Pipeline pipeline = pipeline(workers, rows.size());
    AnswerRows job =
        AnswerRows.with(
                new FakeEngineFactory(name, cachedPrompts, 0),
                new FakeRunner.Factory(name),
                options(name, plan))
            .journaling(new MemoryJournal(name));
    if (!finished.isEmpty()) {
      job =
          job.skipping(pipeline.apply("Finished", Create.of(finished).withCoder(Coders.FINISHED)));
    }
    PCollectionTuple results =
        pipeline.apply("Rows", Create.of(rows).withCoder(RowCoders.ROW)).apply(job);
    PAssert.that(AnswerRows.outcomes(results.get(AnswerRows.ANSWERS))).containsInAnyOrder(expected);
    PAssert.that(results.get(AnswerRows.ANSWERS)).containsInAnyOrder(answers(rows, expected));
    results.get(AnswerRows.METRICS).apply("See metrics", ParDo.of(new SeeMetrics(name)));
    RunMetrics metrics = RunMetrics.of(pipeline.run());
    assertThat(SeeMetrics.SEEN.remove(name).withRowsEmitted(metrics.rowsEmitted()))
        .as("what the dataflow says at its end")
        .isEqualTo(metrics);
    assertThat(metrics.discrepancies()).isEmpty();
    assertThat(metrics.rowsRead()).isEqualTo(rows.size());
    return metrics;
  }

  private static final class SeeMetrics extends DoFn<RunMetrics, Void> {
    static final ConcurrentMap<String, RunMetrics> SEEN = new ConcurrentHashMap<>();
    private final String name;

    SeeMetrics(String name) {
      this.name = name;
    }

    @ProcessElement
    public void process(@Element RunMetrics metrics) {
      assertThat(SEEN.put(name, metrics)).isNull();
    }
  }

  private static Pipeline pipeline(int workers, int rows) {
    DirectOptions options = PipelineOptionsFactory.create().as(DirectOptions.class);
    options.setTargetParallelism(workers);
    // Each step encodes each row five times for this check.
    options.setEnforceImmutability(rows < 500);
    return TestPipeline.fromOptions(options).enableAbandonedNodeEnforcement(false);
  }

  private static RunOptions options(String name, PlanOptions plan) {
    return RunOptions.of(name, SEED)
        .withPlan(plan)
        .withBuckets(4)
        .withInFlight(IN_FLIGHT)
        .withEngineIdle(Duration.ofMinutes(5));
  }

  /** What the program gives for each row alone, without any pipeline. */
  private static List<RowOutcome> outcomesOneByOne(List<Row> rows) {
    List<RowOutcome> outcomes = new ArrayList<>();
    try (FakeEngine engine = new FakeEngine(FakeEngineFactory.of("one-by-one"))) {
      for (Row row : rows) {
        outcomes.add(
            row.error().isPresent()
                ? new RowOutcome(
                    row.id(), List.of(), List.of(), row.error(), RowReads.ofNoField(row))
                : FinishedRow.readsKnown(row, new FakeRunner().run(row, engine, SEED).join()));
      }
    }
    return outcomes;
  }

  private static List<AnsweredRow> answers(List<Row> rows, List<RowOutcome> outcomes) {
    Map<String, Row> byId =
        rows.stream().collect(toMap(Row::id, row -> row, (first, second) -> first));
    return outcomes.stream()
        .map(outcome -> new AnsweredRow(byId.get(outcome.id()), outcome))
        .toList();
  }

  private static FinishedRow finishedAs(Row row, String text) {
    RowOutcome outcome =
        new RowOutcome(
            row.id(),
            List.of(new NamedValue("answer", ValueType.STRING, text)),
            List.of(),
            Optional.empty());
    return FinishedRow.of(row, outcome);
  }
}
