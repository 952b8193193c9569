package dev.espalier.pipeline;

import dev.espalier.engine.TokenSequence;
import dev.espalier.program.RowRunner;
import dev.espalier.program.WrittenOpening;
import dev.espalier.row.Row;
import java.util.Optional;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;

/** Runs each row's program up to the first value that only a model can give. */
final class TraceOpenings extends PTransform<PCollection<Row>, PCollection<TracedRow>> {
  private final RowRunnerFactory runners;
  private final Optional<EngineFactory> early;
  private final RunOptions options;

  /**
   * @param early the engine that this JVM begins to open with its first row
   */
  TraceOpenings(RowRunnerFactory runners, Optional<EngineFactory> early, RunOptions options) {
    this.runners = runners;
    this.early = early;
    this.options = options;
  }

  @Override
  public PCollection<TracedRow> expand(PCollection<Row> rows) {
    return rows.apply("Trace", ParDo.of(new TraceFn(runners, early.orElse(null), options)))
        .setCoder(Coders.TRACED);
  }

  static final class TraceFn extends DoFn<Row, TracedRow> {
    private final RowRunnerFactory runners;
    private final EngineFactory early; // null: none
    private final RunOptions options;
    private transient SharedPool<RowRunner>.Lease lease;

    TraceFn(RowRunnerFactory runners, EngineFactory early, RunOptions options) {
      this.runners = runners;
      this.early = early;
      this.options = options;
    }

    @ProcessElement
    public void process(@Element Row row, OutputReceiver<TracedRow> out) {
      if (lease == null) {
        if (early != null) {
          EnginePool.warmUp(early, options.inFlight());
        }
        lease = RowRunners.lease(runners, options.engineIdle());
      }
      Counters.ROWS_TRACED.inc();
      Progress.of(options.job()).rowTraced();
      if (row.error().isPresent()) {
        out.output(new TracedRow(row, TokenSequence.empty()));
        return;
      }
      WrittenOpening opening = lease.value().trace(row);
      out.output(new TracedRow(row, opening.tokens(), opening.text()));
    }

    @Teardown
    public void close() {
      if (lease != null) {
        lease.close();
      }
    }
  }
}
