package dev.espalier.jobs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.espalier.io.storage.Storage;
import dev.espalier.io.table.Manifest;
import dev.espalier.io.table.TableLayout;
import dev.espalier.io.table.WriteOptions;
import dev.espalier.pipeline.RunMetrics;
import dev.espalier.prefix.PrefixTotals;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.beam.sdk.util.ReleaseInfo;
import org.apache.flink.runtime.util.EnvironmentInformation;

/** Makes the report of a run and puts it beside the table. */
final class RunReports {
  private RunReports() {}

  /** Writes {@code _espalier/run.json} in the directory of the table. */
  static RunReport write(PreparedJob job, JobRun.Ended ended) throws IOException {
    RunReport report = report(job, ended);
    write(report, job.output());
    return report;
  }

  /** Writes the report of a run that was cut off after its table was complete. */
  static void recover(PreparedJob job, Manifest table) throws IOException {
    write(
        new RunReport(
            table(table),
            true,
            versions(),
            job(job.file()),
            model(job),
            program(job),
            null,
            null,
            new RunReport.Rows(null, null, null, table.failedRows(), table.rows()),
            table.errors(),
            table.firstErrors(),
            null,
            null,
            output(job, table),
            null),
        job.output());
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

  private static void write(RunReport report, WriteOptions place) throws IOException {
    place
        .storage()
        .open(place.path())
        .write(
            new TableLayout(place.path()).report(), report.json().getBytes(StandardCharsets.UTF_8));
  }

  private static RunReport report(PreparedJob prepared, JobRun.Ended ended) {
    JobFile job = prepared.file();
    RunMetrics metrics = ended.metrics();
    // The walk counts exactly what a plan of many rows only estimates.
    PrefixTotals totals = metrics.walked().orElse(metrics.planned().totals());
    return new RunReport(
        table(ended.manifest()),
        null,
        versions(),
        job(job),
        model(prepared),
        program(prepared),
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
            ended.manifest().failedRows(),
            ended.manifest().rows()),
        ended.manifest().errors(),
        ended.manifest().firstErrors(),
        new RunReport.Tokens(
            metrics.promptTokens(), metrics.cachedTokens(), metrics.outputTokens()),
        RunReport.Engine.of(metrics.engine()),
        output(prepared, ended.manifest()),
        ended.seconds());
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

  private static RunReport.Model model(PreparedJob job) {
    return new RunReport.Model(PlainUrls.in(job.file().model()), job.family(), job.modelHash());
  }

  private static RunReport.Program program(PreparedJob job) {
    return new RunReport.Program(job.program().name(), job.program().hash());
  }

  private static RunReport.Output output(PreparedJob job, Manifest table) {
    return new RunReport.Output(
        PlainUrls.in(job.output().path()),
        table.files().stream().map(Manifest.DataFile::name).toList());
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
