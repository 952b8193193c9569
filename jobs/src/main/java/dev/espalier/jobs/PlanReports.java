package dev.espalier.jobs;

import dev.espalier.engine.Devices;
import dev.espalier.engine.Dtype;
import dev.espalier.engine.EngineException;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.WeightFormat;
import dev.espalier.engine.checkpoint.Checkpoint;
import dev.espalier.engine.open.ModelDirectory;
import dev.espalier.io.parquet.StoredType;
import dev.espalier.io.table.TableColumns;
import dev.espalier.io.table.TableState;
import dev.espalier.jobs.estimate.ModelCost;
import dev.espalier.jobs.estimate.Roofline;
import dev.espalier.jobs.estimate.Work;
import dev.espalier.pipeline.RefreshFigures;
import dev.espalier.pipeline.RunMetrics;
import dev.espalier.prefix.PlanOptions;
import dev.espalier.prefix.PrefixTotals;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/** Makes the report of a plan. */
final class PlanReports {
  private final PreparedJob job;
  private final RunMetrics metrics;
  private final Optional<PlanDevice> named;
  private final Optional<PastRun> past;
  private final ModelCost model;

  private PlanReports(PreparedJob job, RunMetrics metrics, Optional<PlanDevice> named) {
    this.job = job;
    this.metrics = metrics;
    this.named = named;
    this.past = PastRun.of(job);
    this.model = model(job, options(job.file().engine(), named));
  }

  /**
   * @param named the device of the command line; the job's own where there is none
   */
  static PlanReport of(PreparedJob job, RunMetrics metrics, Optional<PlanDevice> named) {
    return new PlanReports(job, metrics, named).report();
  }

  /** The job's own, on the device that was named. */
  private static EngineOptions options(EngineOptions job, Optional<PlanDevice> named) {
    if (named.isEmpty() || named.get().isCpu() == job.device().isCpu()) {
      return job;
    }
    return named.get().isCpu()
        ? job.withDevice(Devices.CPU).withDtype(Dtype.AUTO)
        : job.withDevice(Devices.gpu(0)).withWeights(WeightFormat.CHECKPOINT);
  }

  private static ModelCost model(PreparedJob job, EngineOptions options) {
    try (Checkpoint checkpoint =
        Checkpoint.open(ModelDirectory.resolve(job.file().model()).path())) {
      return ModelCost.of(checkpoint.config(), options);
    } catch (EngineException e) {
      throw new IllegalStateException("the model was read before: " + e.getMessage(), e);
    }
  }

  private PlanReport report() {
    PrefixTotals totals = metrics.planned().totals();
    PlanReport.Output generated = generated(totals.rows());
    Work work = work(totals, generated);
    long peak = metrics.planned().peakTokens();
    double inFlight = Math.min(work.inFlight(), work.rows());
    return new PlanReport(
        job.file().file().toString(),
        job.output().path(),
        state(),
        new PlanReport.Rows(metrics.rowsRead(), metrics.rowsSkipped(), totals.rows()),
        RunReports.plan(metrics),
        new PlanReport.Openings(
            totals.longestTokens(), totals.rowsWithoutOpening(), metrics.cutTokens()),
        new PlanReport.KvCache(
            model.tokenBytes(),
            peak * model.tokenBytes(),
            Math.round((peak + inFlight * generated.tokensPerRow()) * model.tokenBytes())),
        generated,
        time(work).orElse(null),
        columns(job.columns()),
        refresh());
  }

  private String state() {
    RefreshFigures rows = metrics.refreshed();
    boolean isThere = rows.changed() + rows.unchanged() + rows.deleted() + rows.retried() > 0;
    if (job.way() == PreparedJob.Way.REFRESH && isThere && job.state() != TableState.COMPLETE) {
      return "outdated";
    }
    boolean wasCutOff = metrics.rowsSkipped() > 0 && job.state() != TableState.COMPLETE;
    return (wasCutOff ? TableState.UNFINISHED : job.state()).name().toLowerCase(Locale.ROOT);
  }

  private PlanReport.Refresh refresh() {
    if (job.way() != PreparedJob.Way.REFRESH) {
      return null;
    }
    RefreshFigures rows = metrics.refreshed();
    boolean compared = rows.newRows() + rows.changed() + rows.unchanged() + rows.retried() > 0;
    return new PlanReport.Refresh(
        compared ? rows.newRows() : metrics.rowsRead(),
        rows.changed(),
        rows.unchanged(),
        rows.deleted(),
        rows.retried(),
        rows.savedPromptTokens(),
        rows.savedOutputTokens());
  }

  private PlanReport.Output generated(long rows) {
    if (past.isPresent()) {
      double perRow = past.get().generatedPerRow();
      return new PlanReport.Output(
          perRow, Math.round(perRow * rows), "measured", past.get().path());
    }
    OptionalLong most = job.work().mostGeneratedTokens();
    long perRow = most.orElse(PlanOptions.defaults().outputTokens());
    return new PlanReport.Output(
        perRow, perRow * rows, most.isPresent() ? "program" : "assumed", null);
  }

  private Work work(PrefixTotals totals, PlanReport.Output generated) {
    long computed =
        totals.totalTokens() - (job.file().plan().grouping() ? totals.achievableHits() : 0);
    double later = past.map(PastRun::laterPromptTokensPerRow).orElse(0.0);
    return new Work(
        totals.rows(),
        computed + Math.round(later * totals.rows()),
        generated.tokens(),
        metrics.planned().peakTokens(),
        Math.min(job.file().plan().inFlight(), job.file().engine().maxSequences()));
  }

  private Optional<PlanReport.Time> time(Work work) {
    boolean ownCpu = named.isEmpty() && job.file().engine().device().isCpu();
    Optional<PlanDevice> device =
        ownCpu ? Optional.of(PlanDevice.cpu(job.file().engine().threads())) : named;
    if (named.isEmpty() && past.isPresent() && past.get().isOnDeviceOf(job)) {
      return Optional.of(measured(work, device.orElse(PlanDevice.yardstick(job)), past.get()));
    }
    return device.map(
        known -> {
          Roofline line = Roofline.of(model, known.spec(), known.count(), work);
          return new PlanReport.Time(
              known.toString(),
              line.seconds(),
              line.prefillSeconds(),
              line.decodeSeconds(),
              "roofline",
              null);
        });
  }

  /** The roofline of the work, times what the past run took for each second of its own. */
  private PlanReport.Time measured(Work work, PlanDevice device, PastRun run) {
    Roofline then = Roofline.of(model, device.spec(), device.count(), run.work(work.inFlight()));
    Roofline now = Roofline.of(model, device.spec(), device.count(), work);
    double factor = run.seconds() / Math.max(1e-9, then.seconds());
    return new PlanReport.Time(
        job.file().engine().device().toString(),
        factor * now.seconds(),
        factor * now.prefillSeconds(),
        factor * now.decodeSeconds(),
        "measured",
        run.path());
  }

  private static PlanReport.Columns columns(TableColumns known) {
    List<PlanReport.Columns.Named> columns = new ArrayList<>();
    columns.add(new PlanReport.Columns.Named("id", known.id().toString()));
    known
        .included()
        .forEach(
            field ->
                columns.add(
                    new PlanReport.Columns.Named(
                        field.name(),
                        field.type().map(StoredType::toString).orElse("by its values"))));
    known
        .generated()
        .forEach(
            value ->
                columns.add(
                    new PlanReport.Columns.Named(value.name(), value.type().description())));
    columns.add(new PlanReport.Columns.Named("error", "struct"));
    columns.add(new PlanReport.Columns.Named("trace", "list of struct"));
    return new PlanReport.Columns(known.complete(), columns);
  }
}
