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
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RangeRunTest {
  private final List<Row> rows = Rows.grouped(200, 4, 20, 5, 9);
  private final RunOptions options = RunOptions.of("range", 1).withInFlight(8);
  private final List<RowOutcome> emitted = new ArrayList<>();
  private final MemoryJournal journal = new MemoryJournal("range-" + System.identityHashCode(this));
  private EngineLease lease;

  @AfterEach
  void closeEngine() {
    assertThat(lease.turn().availablePermits()).isEqualTo(1);
    assertThat(lease.programs().availablePermits()).isEqualTo(8);
    assertThat(((FakeEngine) lease.engine()).expected()).isZero();
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
    RangeRun.Sink sink =
        (answered, metered) -> {
          assertThat(journal.rows()).extracting(FinishedRow::outcome).contains(answered.outcome());
          emitted.add(answered.outcome());
        };
    try (RowJournal.Writer writer = journal.open()) {
      new RangeRun(lease, new FakeRunner(), writer, options, sink)
          .run(rows.stream().map(Rows::traced).iterator());
    }
    assertThat(journal.rows()).extracting(FinishedRow::outcome).isEqualTo(emitted);
    Row first = rows.get(0);
    assertThat(journal.rows())
        .filteredOn(row -> row.outcome().id().equals(first.id()))
        .extracting(FinishedRow::rowHash)
        .containsExactly(FinishedRow.hash(first));
  }

  @Test
  void aRowThatCouldNotBeReadIsAnErrorRowAndItsProgramDoesNotRun() throws Exception {
    RowError unreadable = new RowError("INVALID_ROW", "line 3 is not JSON", "");
    Row broken = new Row("broken", Map.of(), Optional.of(unreadable));
    FakeEngine engine =
        run(FakeEngineFactory.of("unreadable"), new FakeRunner(), List.of(rows.get(0), broken));
    assertThat(engine.submitted()).hasSize(1);
    assertThat(emitted)
        .contains(new RowOutcome("broken", List.of(), List.of(), Optional.of(unreadable)));
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

  private FakeEngine run(FakeEngineFactory factory, RowRunner runner, List<Row> range)
      throws IOException, InterruptedException {
    lease = EnginePool.lease(factory, 8, Duration.ZERO);
    try (RowJournal.Writer writer = journal.open()) {
      new RangeRun(
              lease,
              runner,
              writer,
              options,
              (answered, metered) -> emitted.add(answered.outcome()))
          .run(range.stream().map(Rows::traced).iterator());
    }
    return (FakeEngine) lease.engine();
  }
}
