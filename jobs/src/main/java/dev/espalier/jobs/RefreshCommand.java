package dev.espalier.jobs;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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

  @Option(
      names = "--wait",
      description = "Waits while another job writes to the same output, instead of failing.")
  private boolean wait;

  @Option(
      names = "--check-input",
      description =
          "Reads the input to compare it with that of the table, even if its files look unchanged.")
  private boolean checkInput;

  @Option(
      names = "--detached",
      description =
          "Does not wait for the end of a job on a Flink cluster; espalier status watches it.")
  private boolean detached;

  @Mixin private PartitionOptions partitions;

  @Override
  public Integer call() throws Exception {
    if (partitions.areGiven()) {
      return partitions.each(spec.commandLine(), overrides.time());
    }
    return new RefreshJob(spec.commandLine().getOut(), spec.commandLine().getErr())
        .run(
            overrides.read(),
            overrides.command("refresh"),
            new RefreshJob.Options(wait, checkInput, detached));
  }
}
