package dev.espalier.jobs;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code espalier run}. */
@Command(
    name = "run",
    description = "Runs a job, or completes one that was interrupted.",
    mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private JobOverrides overrides;
  @Mixin private StartOptions start;
  @Mixin private TrialOptions trial;

  @Option(
      names = "--retry-failed",
      description =
          "Runs the failed rows of the complete table again, and switches to a new set of files.")
  private boolean retryFailed;

  @Override
  public Integer call() throws Exception {
    TrialReading reading = TrialReading.of(overrides, trial);
    BeamWarmUp.begin(reading.job().job());
    PreparedJob job =
        JobCheck.prepare(
            reading.job(), reading.rows(), start.readsInput(), spec.commandLine().getErr());
    String command =
        overrides.command("run") + trial.words() + (retryFailed ? " --retry-failed" : "");
    return new JobStart(
            job,
            retryFailed,
            start.isDetached(),
            command,
            spec.commandLine().getOut(),
            spec.commandLine().getErr())
        .run(start.waits());
  }
}
