package dev.espalier.jobs;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code espalier refresh}. */
@Command(
    name = "refresh",
    description =
        "Brings a table to what a run over today's input would write, and computes only what must"
            + " be. The table becomes the next snapshot in the output's place.",
    mixinStandardHelpOptions = true)
final class RefreshCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private JobOverrides overrides;
  @Mixin private StartOptions start;

  @Mixin private PartitionOptions partitions;

  @Override
  public Integer call() throws Exception {
    if (partitions.areGiven()) {
      return partitions.each(spec.commandLine(), overrides);
    }
    JobFile.Reading job = overrides.read();
    BeamWarmUp.begin(job.job());
    return new RefreshJob(spec.commandLine().getOut(), spec.commandLine().getErr())
        .run(
            job,
            overrides.command("refresh"),
            new RefreshJob.Options(start.waits(), start.readsInput(), start.isDetached()));
  }
}
