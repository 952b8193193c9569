package dev.espalier.jobs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.espalier.io.snapshot.Changes;
import dev.espalier.io.storage.Storage;
import dev.espalier.io.table.Manifest;
import dev.espalier.io.table.TableLayout;
import dev.espalier.io.table.WriteOptions;
import dev.espalier.pipeline.RefreshFigures;
import dev.espalier.pipeline.RunMetrics;
import dev.espalier.prefix.PrefixTotals;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.beam.sdk.util.ReleaseInfo;
import org.apache.flink.runtime.util.EnvironmentInformation;

/**
 * Makes the report of a run and puts it beside the table, on whatever machine the run ends.
 *
 * @param place of the table
 */
record RunReports(
    RunReport.Job job, RunReport.Model model, RunReport.Program program, WriteOptions place)
    implements Serializable {

  static RunReports of(PreparedJob prepared) {
    return new RunReports(
        job(prepared.file()),
        new RunReport.Model(
            PlainUrls.in(prepared.file().model()), prepared.family(), prepared.modelHash()),
        new RunReport.Program(prepared.work().name(), prepared.work().hash()),
        prepared.output());
  }

  /** Writes {@code _espalier/run.json} in the directory of the table. */
  void write(RunMetrics metrics, Manifest table, double seconds) throws IOException {
    write(report(metrics, table, seconds, null));
  }

  /** The report of a run that made a snapshot. */
  RunReport of(
      RunMetrics metrics,
      Manifest table,
      double seconds,
      NextSnapshot next,
      NextSnapshot.End end,
      Changes changes,
      List<String> failedChecks)
      throws IOException {
    RunReport.Refresh refresh = refresh(metrics, table, next, end, changes, failedChecks);
    return report(metrics, table, seconds, refresh);
  }

  private RunReport.Refresh refresh(
      RunMetrics metrics,
      Manifest table,
      NextSnapshot next,
      NextSnapshot.End end,
      Changes changes,
      List<String> failedChecks)
      throws IOException {
    RefreshFigures rows = metrics.refreshed();
    boolean compared = rows.newRows() + rows.changed() + rows.unchanged() + rows.retried() > 0;
    if (!compared) { // all rows ran: what became of them is all there is to tell
      rows = rows.ofContent(changes.added(), changes.changed(), changes.deleted());
    }
    long saved = rows.savedPromptTokens() + rows.savedOutputTokens();
    long tokens = metrics.promptTokens() + metrics.outputTokens();
    Double perToken = tokens == 0 ? null : metrics.engine().busyNanos() / 1e9 / tokens;
    Optional<RunReport.Refresh> last = lastRefresh();
    if (last.isPresent() && last.get().measuredTokens() > tokens) {
      perToken = last.get().secondsPerToken(); // a run that did more tells it better
      tokens = last.get().measuredTokens();
    }
    return new RunReport.Refresh(
        next.number(),
        next.parent(),
        next.by(),
        end.name().toLowerCase(Locale.ROOT),
        failedChecks,
        rows.newRows(),
        rows.changed(),
        rows.unchanged(),
        rows.deleted(),
        rows.retried(),
        table.failedRows(),
        rows.stepsRun(),
        rows.stepsKnown(),
        rows.savedPromptTokens(),
        rows.savedOutputTokens(),
        perToken == null || saved == 0 ? null : perToken * saved,
        perToken,
        tokens,
        changes.added(),
        changes.changed(),
        changes.deleted());
  }

  private Optional<RunReport.Refresh> lastRefresh() {
    try {
      return Optional.ofNullable(read(place).refresh());
    } catch (IOException e) {
      return Optional.empty(); // it only helps to estimate
    }
  }

  /** Writes the report of a run that was cut off after its table was complete. */
  void recover(Manifest table) throws IOException {
    write(
        new RunReport(
            table(table),
            true,
            versions(),
            job,
            model,
            program,
            null,
            null,
            new RunReport.Rows(null, null, null, table.failedRows(), table.rows()),
            table.errors(),
            table.firstErrors(),
            null,
            null,
            output(table),
            null,
            null,
            null));
  }

  /** The last report of a table. */
  static RunReport read(WriteOptions place) throws IOException {
    String path = new TableLayout(place.home()).report();
    try (InputStream in = place.storage().open(path).input(path).newStream()) {
      return RunReport.parse(in.readAllBytes());
    }
  }

  /** Whether the report beside a table is there and speaks of it. */
  static boolean isOf(Manifest table, WriteOptions place) throws IOException {
    Storage storage = place.storage().open(place.path());
    String path = new TableLayout(place.path()).report();
    if (storage.find(path).isEmpty()) {
      return false;
    }
    try (InputStream in = storage.input(path).newStream()) {
      JsonNode reported = new ObjectMapper().readTree(in.readAllBytes()).path("table");
      return reported.path("fingerprint").asText().equals(table.fingerprint())
          && reported.path("generation").asInt(-1) == table.generation();
    } catch (JsonProcessingException e) {
      return false;
    }
  }

  /** Writes a report beside a table, and as the last one of its place. */
  private void write(RunReport report) throws IOException {
    writeBeside(report);
    if (!place.home().equals(place.path())) {
      writeLast(report);
    }
  }

  /** Writes a report beside its table. */
  void writeBeside(RunReport report) throws IOException {
    write(report, place.path());
  }

  /** Writes the last report of a place. */
  void writeLast(RunReport report) throws IOException {
    write(report, place.home());
  }

  /**
   * Makes the report of the current snapshot the last one of its place, if that tells of an earlier
   * one, of another that is said to be current, or of one that waits for its judge: a run was cut
   * off, or a snapshot restored. To be called by the owner of the place.
   *
   * @param snapshot the directory of the current one
   */
  static void mendLast(WriteOptions place, int number, String snapshot) throws IOException {
    Optional<RunReport> own = readIfWhole(place, snapshot);
    if (own.map(RunReport::refresh).isEmpty()) {
      return; // of a table that was taken over
    }
    RunReport.Refresh last = readIfWhole(place, place.home()).map(RunReport::refresh).orElse(null);
    boolean isUntrue =
        last != null
            && (last.end().equals("waits")
                || (last.end().equals("current") && last.snapshot() != number));
    if (last == null || last.snapshot() < number || isUntrue) {
      String path = new TableLayout(place.home()).report();
      place.storage().open(path).write(path, own.get().json().getBytes(StandardCharsets.UTF_8));
    }
  }

  /** The report of a table; empty if there is none, or it is damaged. */
  private static Optional<RunReport> readIfWhole(WriteOptions place, String table)
      throws IOException {
    String path = new TableLayout(table).report();
    Storage storage = place.storage().open(path);
    if (storage.find(path).isEmpty()) {
      return Optional.empty();
    }
    try (InputStream in = storage.input(path).newStream()) {
      return Optional.of(RunReport.parse(in.readAllBytes()));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  private void write(RunReport report, String table) throws IOException {
    place
        .storage()
        .open(table)
        .write(new TableLayout(table).report(), report.json().getBytes(StandardCharsets.UTF_8));
  }

  private RunReport report(
      RunMetrics metrics, Manifest table, double seconds, RunReport.Refresh refresh) {
    // The walk counts exactly what a plan of many rows only estimates.
    PrefixTotals totals = metrics.walked().orElse(metrics.planned().totals());
    return new RunReport(
        table(table),
        null,
        versions(),
        job,
        model,
        program,
        plan(metrics),
        new RunReport.Achieved(
            totals.totalTokens(),
            metrics.openingHits(),
            totals.achievableHits() == 0
                ? 1
                : Math.min(1, (double) metrics.openingHits() / totals.achievableHits())),
        new RunReport.Rows(
            metrics.rowsRead(),
            metrics.rowsSkipped(),
            metrics.rowsRun(),
            table.failedRows(),
            table.rows()),
        table.errors(),
        table.firstErrors(),
        new RunReport.Tokens(
            metrics.promptTokens(), metrics.cachedTokens(), metrics.outputTokens()),
        RunReport.Engine.of(metrics.engine()),
        output(table),
        seconds,
        metrics.fetchMillis() / 1e3,
        refresh);
  }

  /** The plan as a run counted it. */
  static RunReport.Plan plan(RunMetrics metrics) {
    PrefixTotals planned = metrics.planned().totals();
    return new RunReport.Plan(
        planned.rows(),
        planned.totalTokens(),
        planned.uniqueTokens(),
        planned.achievableHits(),
        metrics.planned().groups(),
        (int) metrics.ranges(),
        metrics.planned().peakTokens(),
        metrics.planned().exact());
  }

  private static RunReport.Table table(Manifest manifest) {
    return new RunReport.Table(manifest.fingerprint(), manifest.generation());
  }

  private static RunReport.Job job(JobFile job) {
    return new RunReport.Job(
        job.file().toString(),
        PlainUrls.in(job.input().path()),
        job.seed(),
        job.runner().name() + job.runner().master().map(master -> " " + master).orElse(""),
        job.runner().workers(),
        job.engine().device().toString(),
        job.engine().maxBatchTokens(),
        job.engine().kvCacheBytes(),
        job.plan().grouping());
  }

  private RunReport.Output output(Manifest table) {
    return new RunReport.Output(
        PlainUrls.in(place.path()), table.files().stream().map(Manifest.DataFile::name).toList());
  }

  private static Map<String, String> versions() {
    Map<String, String> versions = new LinkedHashMap<>();
    versions.put("espalier", Espalier.Version.current());
    versions.put("java", System.getProperty("java.vm.version"));
    versions.put("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    versions.put("beam", ReleaseInfo.getReleaseInfo().getVersion());
    versions.put("flink", EnvironmentInformation.getVersion());
    return versions;
  }
}
