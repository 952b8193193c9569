package dev.espalier.jobs;

import dev.espalier.io.table.TableState;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code espalier run}. */
@Command(
    name = "run",
    description = "Runs a job, or completes one that was interrupted.",
    mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private JobOverrides overrides;

  @Override
  public Integer call() throws Exception {
    PreparedJob job = JobCheck.prepare(overrides.read());
    if (job.state() == TableState.COMPLETE) {
      spec.commandLine()
          .getOut()
          .println(job.output().path() + " is complete for this job and input: nothing to do");
      return Espalier.DONE;
    }
    RunReport report = RunReports.write(job, JobRun.run(job));
    spec.commandLine().getOut().print(report.summary());
    spec.commandLine().getOut().flush();
    double failed = (double) report.rows().failed() / Math.max(1, report.rows().written());
    return failed > job.file().maxFailures() ? Espalier.FAILED : Espalier.DONE;
  }
}
