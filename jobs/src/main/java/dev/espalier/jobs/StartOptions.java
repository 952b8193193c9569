package dev.espalier.jobs;

import picocli.CommandLine.Option;

/** How a command that writes a table starts. */
final class StartOptions {
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

  boolean waits() {
    return wait;
  }

  boolean readsInput() {
    return checkInput;
  }

  boolean isDetached() {
    return detached;
  }
}
