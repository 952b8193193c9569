package dev.espalier.pipeline;

import dev.espalier.engine.TokenSequence;
import dev.espalier.program.RowRunner;
import dev.espalier.program.WrittenOpening;
import dev.espalier.row.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.FutureTask;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.values.PCollection;

/** Runs each row's program up to the first value that only a model can give. */
final class TraceOpenings extends PTransform<PCollection<Row>, PCollection<TracedRow>> {
  private final RowRunnerFactory runners;
  private final Optional<EngineFactory> early;
  private final RunOptions options;
  private final boolean read;

  private TraceOpenings(
      RowRunnerFactory runners, Optional<EngineFactory> early, RunOptions options, boolean read) {
    this.runners = runners;
    this.early = early;
    this.options = options;
    this.read = read;
  }

  /**
   * @param early the engine that this JVM begins to open with its first row
   */
  static TraceOpenings of(
      RowRunnerFactory runners, Optional<EngineFactory> early, RunOptions options) {
    return new TraceOpenings(runners, early, options, false);
  }

  /** Likewise, of rows that no step before has counted as read. */
  static TraceOpenings asTheyAreRead(
      RowRunnerFactory runners, Optional<EngineFactory> early, RunOptions options) {
    return new TraceOpenings(runners, early, options, true);
  }

  @Override
  public PCollection<TracedRow> expand(PCollection<Row> rows) {
    return rows.apply("Trace", ParDo.of(new TraceFn(runners, early.orElse(null), options, read)))
        .setCoder(Coders.TRACED);
  }

  /** Traces some rows at a time on all cores: a file that cannot be split has one task. */
  static final class TraceFn extends DoFn<Row, TracedRow> {
    private static final int ROWS_PER_CORE = 8;
    private static final int CORES = Runtime.getRuntime().availableProcessors();

    private final RowRunnerFactory runners;
    private final EngineFactory early; // null: none
    private final RunOptions options;
    private final boolean read;
    private transient SharedPool<RowRunner>.Lease lease;
    private transient SharedPool<ExecutorService>.Lease threads;
    private transient List<Row> rows;

    TraceFn(RowRunnerFactory runners, EngineFactory early, RunOptions options, boolean read) {
      this.runners = runners;
      this.early = early;
      this.options = options;
      this.read = read;
    }

    @StartBundle
    public void start() {
      rows = new ArrayList<>();
    }

    @ProcessElement
    public void process(@Element Row row, OutputReceiver<TracedRow> out) {
      if (read) {
        Counters.ROWS_READ.inc();
        Progress.of(options.job()).rowRead();
      }
      if (lease == null) {
        if (early != null) {
          EnginePool.warmUp(early, options.inFlight());
        }
        lease = RowRunners.lease(runners, options.engineIdle());
        threads = TracingThreads.lease(options.engineIdle());
      }
      rows.add(row);
      if (rows.size() == ROWS_PER_CORE * CORES) {
        trace().forEach(out::output);
      }
    }

    @FinishBundle
    public void finish(FinishBundleContext context) {
      for (TracedRow row : trace()) {
        context.output(row, BoundedWindow.TIMESTAMP_MIN_VALUE, GlobalWindow.INSTANCE);
      }
    }

    /** The rows at hand, in their order, traced by this thread and by those that have time. */
    private List<TracedRow> trace() {
      if (rows.isEmpty()) {
        return List.of();
      }
      List<FutureTask<List<TracedRow>>> pieces = new ArrayList<>();
      for (int from = 0; from < rows.size(); from += ROWS_PER_CORE) {
        List<Row> piece =
            List.copyOf(rows.subList(from, Math.min(rows.size(), from + ROWS_PER_CORE)));
        pieces.add(new FutureTask<>(() -> piece.stream().map(this::trace).toList()));
      }
      pieces.stream().skip(1).forEach(threads.value()::execute);
      List<TracedRow> traced = new ArrayList<>();
      for (FutureTask<List<TracedRow>> piece : pieces) {
        piece.run(); // unless another thread has begun it
        for (TracedRow row : TracingThreads.await(piece)) {
          traced.add(row);
          Counters.ROWS_TRACED.inc();
          Progress.of(options.job()).rowTraced();
        }
      }
      rows.clear();
      return traced;
    }

    private TracedRow trace(Row row) {
      if (row.error().isPresent()) {
        return new TracedRow(row, TokenSequence.empty());
      }
      WrittenOpening opening = lease.value().trace(row);
      return new TracedRow(row, opening.tokens(), opening.text());
    }

    @Teardown
    public void close() {
      if (lease != null) {
        lease.close();
        threads.close();
      }
    }
  }
}
