package dev.espalier.jobs;

import dev.espalier.io.storage.Storage;
import dev.espalier.io.storage.StorageOutput;
import dev.espalier.io.table.Manifest;
import dev.espalier.pipeline.RunMetrics;
import dev.espalier.prefix.PrefixTotals;
import java.io.IOException;
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
    Storage storage = job.output().storage().open(job.output().path());
    String path = Storage.child(job.output().path(), "_espalier/run.json");
    String aside = path + ".tmp";
    storage.delete(aside);
    try (StorageOutput out = storage.create(aside)) {
      out.write(report.json().getBytes(StandardCharsets.UTF_8));
    }
    storage.replace(aside, path);
    return report;
  }

  private static RunReport report(PreparedJob prepared, JobRun.Ended ended) {
    JobFile job = prepared.file();
    RunMetrics metrics = ended.metrics();
    PrefixTotals planned = metrics.planned().totals();
    // The walk counts exactly what a plan of many rows only estimates.
    PrefixTotals totals = metrics.walked().orElse(planned);
    return new RunReport(
        versions(),
        new RunReport.Job(
            job.file().toString(),
            job.input().path(),
            job.seed(),
            job.runner().name() + job.runner().master().map(master -> " " + master).orElse(""),
            job.runner().workers(),
            job.engine().device(),
            job.engine().maxBatchTokens(),
            job.engine().kvCacheBytes(),
            job.plan().grouping()),
        new RunReport.Model(job.model(), prepared.family(), prepared.modelHash()),
        new RunReport.Program(prepared.program().name(), prepared.program().hash()),
        new RunReport.Plan(
            planned.rows(),
            planned.totalTokens(),
            planned.uniqueTokens(),
            planned.achievableHits(),
            metrics.planned().groups(),
            (int) metrics.ranges(),
            metrics.planned().peakTokens(),
            metrics.planned().exact()),
        new RunReport.Achieved(
            totals.totalTokens(),
            metrics.openingHits(),
            totals.achievableHits() == 0
                ? 1
                : (double) metrics.openingHits() / totals.achievableHits()),
        new RunReport.Rows(
            metrics.rowsRead(),
            metrics.rowsSkipped(),
            metrics.rowsRun(),
            ended.failures().values().stream().mapToLong(Long::longValue).sum(),
            ended.manifest().rows()),
        ended.failures(),
        new RunReport.Tokens(
            metrics.promptTokens(), metrics.cachedTokens(), metrics.outputTokens()),
        new RunReport.Output(
            prepared.output().path(),
            ended.manifest().files().stream().map(Manifest.DataFile::name).toList()),
        ended.seconds());
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
