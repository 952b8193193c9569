package dev.espalier.jobs;

import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The {@code espalier} command. */
@Command(
    name = "espalier",
    description = "Offline structured generation over datasets.",
    mixinStandardHelpOptions = true,
    versionProvider = Espalier.Version.class,
    subcommands = {
      RunCommand.class,
      VerifyCommand.class,
      AccuracyCommand.class,
      BenchCommand.class
    },
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:done",
      "1:more rows failed than maxFailures, or a check did not hold",
      "2:bad configuration",
      "3:machine failure"
    })
public final class Espalier implements Callable<Integer> {
  static final int DONE = 0;
  static final int FAILED = 1;
  static final int BAD_CONFIGURATION = 2;
  static final int MACHINE_FAILURE = 3;

  @Spec private CommandSpec spec;

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Print stack traces of failures.")
  private boolean verbose;

  /** Runs the command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    // Flink leaves threads behind that keep a JVM alive.
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    Espalier root = new Espalier();
    CommandLine command = new CommandLine(root);
    command.setCaseInsensitiveEnumValuesAllowed(true); // as in a job file
    command.setExecutionExceptionHandler(
        (failure, at, parsed) -> root.report(failure, at.getErr()));
    return command;
  }

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getOut());
    return BAD_CONFIGURATION;
  }

  private int report(Exception failure, PrintWriter err) {
    if (failure instanceof ConfigurationException configuration) {
      configuration.problems().forEach(problem -> err.println("error: " + problem));
      int count = configuration.problems().size();
      err.println(
          count == 1 ? "1 problem; nothing was run." : count + " problems; nothing was run.");
      return BAD_CONFIGURATION;
    }
    Optional<String> misconfigured = FailureMessages.ofConfiguration(failure);
    err.println("error: " + misconfigured.orElseGet(() -> FailureMessages.of(failure)));
    if (verbose) {
      failure.printStackTrace(err);
    } else {
      err.println("    --verbose prints the stack trace");
    }
    return misconfigured.isPresent() ? BAD_CONFIGURATION : MACHINE_FAILURE;
  }

  /** The version in the manifest of the jar. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"espalier " + current()};
    }

    static String current() {
      String version = Espalier.class.getPackage().getImplementationVersion();
      return version == null ? "unpackaged" : version;
    }
  }
}
