package dev.espalier.jobs;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code espalier harness}. */
@Command(
    name = "harness",
    description =
        "Exchanges evaluations with lm-evaluation-harness: writes the requests of its tasks as JSON"
            + " lines, and scores answers to them, or the samples that the harness has written.",
    mixinStandardHelpOptions = true,
    subcommands = {HarnessRequestsCommand.class, HarnessScoreCommand.class})
final class HarnessCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Write espalier harness requests, or score");
  }
}
