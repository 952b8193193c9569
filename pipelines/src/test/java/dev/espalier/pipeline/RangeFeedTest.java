package dev.espalier.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineException;
import dev.espalier.engine.ErrorCode;
import dev.espalier.engine.TokenSequence;
import dev.espalier.program.RowRunner;
import dev.espalier.row.Row;
import dev.espalier.row.RowError;
import dev.espalier.row.RowOutcome;
import dev.espalier.row.RowReads;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RangeFeedTest {
  private final List<Row> rows = Rows.grouped(200, 4, 20, 5, 9);
  private final RunOptions options = RunOptions.of("range", 1).withInFlight(8);
  private final List<RowOutcome> emitted = new ArrayList<>();
  private final MemoryJournal journal = new MemoryJournal("range-" + System.identityHashCode(this));
  private EngineLease lease;

  @AfterEach
  void closeEngine() {
    assertThat(lease.turn().availablePermits()).isEqualTo(1);
    assertThat(lease.programs().availablePermits()).isEqualTo(8);
    if (lease.engine() instanceof FakeEngine engine) {
      assertThat(engine.expected()).isZero();
    }
    lease.close();
  }

  @Test
  void rowsAreSubmittedInOrderWithNoMoreInFlightThanPermitted() throws Exception {
    FakeEngine engine = run(FakeEngineFactory.of("order"), new FakeRunner(), rows);
    assertThat(engine.submitted())
        .isEqualTo(rows.stream().map(row -> Rows.traced(row).tokens()).toList());
    assertThat(engine.mostInFlight()).isBetween(1, 8);
    assertThat(engine.mostExpected()).isBetween(9, 8 + 1 + 8);
    assertThat(emitted).extracting(RowOutcome::id).doesNotHaveDuplicates().hasSize(200);
  }

  @Test
  void anOutcomeIsInTheJournalBeforeItIsEmitted() throws Exception {
    FakeEngineFactory factory = FakeEngineFactory.of("journal");
    lease = EnginePool.lease(factory, 8, Duration.ZERO);
    RangeFeed.Sink sink =
        (answered, metered) -> {
          assertThat(journal.rows()).extracting(FinishedRow::outcome).contains(answered.outcome());
          emitted.add(answered.outcome());
        };
    try (RangeFeed feed = new RangeFeed(lease, new FakeRunner(), journal.open(), options, sink)) {
      feed.add(new ListedRange(rows));
      feed.finish();
    }
    assertThat(journal.rows()).extracting(FinishedRow::outcome).isEqualTo(emitted);
    Row first = rows.get(0);
    assertThat(journal.rows())
        .filteredOn(row -> row.outcome().id().equals(first.id()))
        .singleElement()
        .satisfies(row -> assertThat(row.isOf(first)).isTrue())
        .satisfies(row -> assertThat(row.isOf(Row.of(first.id(), Map.of("else", "x")))).isFalse());
  }

  @Test
  void aRowThatCouldNotBeReadIsAnErrorRowAndItsProgramDoesNotRun() throws Exception {
    RowError unreadable = new RowError("INVALID_ROW", "line 3 is not JSON", "");
    Row broken = new Row("broken", Map.of(), Optional.of(unreadable));
    FakeEngine engine =
        run(FakeEngineFactory.of("unreadable"), new FakeRunner(), List.of(rows.get(0), broken));
    assertThat(engine.submitted()).hasSize(1);
    assertThat(emitted)
        .contains(
            new RowOutcome(
                "broken",
                List.of(),
                List.of(),
                Optional.of(unreadable),
                RowReads.ofNoField(broken)));
  }

  @Test
  void aLostDeviceFailsTheRangeButKeepsWhatHasEnded() {
    assertThatThrownBy(() -> run(new FakeEngineFactory("lost", 8, 100), new FakeRunner(), rows))
        .isInstanceOfSatisfying(
            EngineException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DEVICE_LOST))
        .hasMessageContaining("row " + rows.get(99).id())
        .hasMessageContaining("the device is gone");
    Set<String> journaled = new HashSet<>();
    journal.rows().forEach(row -> journaled.add(row.outcome().id()));
    assertThat(journaled).hasSizeGreaterThanOrEqualTo(99).doesNotContain(rows.get(99).id());
    assertThat(emitted.size()).isLessThanOrEqualTo(99);
  }

  @Test
  void aRunnerThatThrowsFailsTheRange() {
    RowRunner throwing =
        new RowRunner() {
          @Override
          public TokenSequence opening(Row row) {
            return TokenSequence.empty();
          }

          @Override
          public CompletableFuture<RowOutcome> run(Row row, Engine engine, long runSeed) {
            throw new IllegalStateException("broken runner");
          }
        };
    assertThatThrownBy(() -> run(FakeEngineFactory.of("throwing"), throwing, rows))
        .isInstanceOfSatisfying(
            EngineException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INTERNAL))
        .hasMessageContaining("broken runner");
  }

  @Test
  void anInterruptedRangeGivesUpItsPermitsAndAnnouncements() {
    List<CompletableFuture<RowOutcome>> never = new ArrayList<>();
    RowRunner endless =
        new RowRunner() {
          @Override
          public TokenSequence opening(Row row) {
            return TokenSequence.empty();
          }

          @Override
          public CompletableFuture<RowOutcome> run(Row row, Engine engine, long runSeed) {
            never.add(new CompletableFuture<>());
            if (never.size() == 8) {
              Thread.currentThread().interrupt();
            }
            return never.get(never.size() - 1);
          }
        };
    assertThatThrownBy(() -> run(FakeEngineFactory.of("endless"), endless, rows))
        .isInstanceOf(InterruptedException.class);
    assertThat(never).hasSize(8).allMatch(CompletableFuture::isCancelled);
  }

  @Test
  void aRowWaitsForNoOtherRangeAndForNoJournal() throws Exception {
    int capacity = 8;
    List<List<Row>> ranges = new ArrayList<>();
    int all = 0;
    for (int range = 0; range < 7; range++) {
      ranges.add(Rows.grouped(range == 3 ? 1 : 20 + range, 4, 20, 5, range));
      all += ranges.get(range).size();
    }
    SteppedEngine engine = new SteppedEngine(capacity, all);
    lease = EnginePool.lease(engine.factory("stepped"), 8, Duration.ZERO);
    List<String> begun = new ArrayList<>();
    try (RangeFeed feed = feed(new FakeRunner(), journal)) {
      for (List<Row> rows : ranges) {
        feed.advance();
        feed.add(new ListedRange(rows, () -> begun.add(rows.get(0).id())));
        feed.beginAllBut(1);
      }
      feed.finish();
    }
    assertThat(engine.hungrySteps()).isZero();
    assertThat(engine.steps()).isGreaterThanOrEqualTo(all / capacity);
    assertThat(emitted).hasSize(all);
    assertThat(begun)
        .containsExactlyElementsOf(ranges.stream().map(rows -> rows.get(0).id()).toList());
  }

  @Test
  void aJournalThatLagsDelaysOnlyTheOutcomes() throws Exception {
    CountDownLatch appends = new CountDownLatch(1);
    RowJournal slow =
        () ->
            new RowJournal.Writer() {
              @Override
              public void append(List<FinishedRow> finished) {
                try {
                  appends.await();
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
                journal.rows().addAll(finished);
              }

              @Override
              public void close() {}
            };
    lease = EnginePool.lease(FakeEngineFactory.of("lagging"), 8, Duration.ZERO);
    try (RangeFeed feed = feed(new FakeRunner(), slow)) {
      feed.add(new ListedRange(rows));
      feed.beginAllBut(0); // all 200, 8 at a time, none of them in the journal
      assertThat(emitted).isEmpty();
      appends.countDown();
      feed.finish();
    }
    assertThat(emitted).hasSize(200);
    assertThat(journal.rows()).extracting(FinishedRow::outcome).isEqualTo(emitted);
  }

  @Test
  void aJournalThatFailsFailsTheBundleAndNothingIsReportedThatIsNotInIt() {
    RowJournal full =
        () ->
            new RowJournal.Writer() {
              @Override
              public void append(List<FinishedRow> finished) throws IOException {
                if (journal.rows().size() + finished.size() > 50) {
                  throw new IOException("no space left on device");
                }
                journal.rows().addAll(finished);
              }

              @Override
              public void close() {}
            };
    lease = EnginePool.lease(FakeEngineFactory.of("full"), 8, Duration.ZERO);
    assertThatThrownBy(
            () -> {
              try (RangeFeed feed = feed(new FakeRunner(), full)) {
                feed.add(new ListedRange(rows));
                feed.finish();
              }
            })
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no space left");
    assertThat(journal.rows()).extracting(FinishedRow::outcome).containsAll(emitted);
  }

  private RangeFeed feed(RowRunner runner, RowJournal to) throws IOException {
    return new RangeFeed(
        lease, runner, to.open(), options, (answered, metered) -> emitted.add(answered.outcome()));
  }

  private record ListedRange(Iterator<TracedRow> rows, Runnable onBegun)
      implements RangeFeed.Range {
    ListedRange(List<Row> rows) {
      this(rows, () -> {});
    }

    ListedRange(List<Row> rows, Runnable onBegun) {
      this(rows.stream().map(Rows::traced).iterator(), onBegun);
    }

    @Override
    public void begun() {
      onBegun.run();
    }

    @Override
    public void close() {}
  }

  private FakeEngine run(FakeEngineFactory factory, RowRunner runner, List<Row> range)
      throws IOException, InterruptedException {
    lease = EnginePool.lease(factory, 8, Duration.ZERO);
    try (RangeFeed feed = feed(runner, journal)) {
      feed.add(new ListedRange(range));
      feed.finish();
    }
    return (FakeEngine) lease.engine();
  }
}
