package dev.espalier.jobs;

import dev.espalier.io.IoReason;
import dev.espalier.io.storage.StorageUse;
import dev.espalier.row.Problem;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
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
      RefreshCommand.class,
      PlanCommand.class,
      EvalCommand.class,
      HarnessCommand.class,
      SnapshotsCommand.class,
      StatusCommand.class,
      VerifyCommand.class,
      ScheduleCommand.class,
      CompareCommand.class,
      ReportCommand.class,
      AccuracyCommand.class,
      BenchCommand.class
    },
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:done",
      "1:more rows failed than maxFailures, or a check did not hold",
      "2:bad configuration, or the output is in use by another job",
      "3:machine failure",
      "4:a new snapshot failed one of the job's checks, and the old one stays current",
      "5:a condition of espalier compare holds",
      "130, 143:interrupted (Ctrl-C, SIGTERM); what was computed is kept"
    })
public final class Espalier implements Callable<Integer> {
  static final int DONE = 0;
  static final int FAILED = 1;
  static final int BAD_CONFIGURATION = 2;
  static final int MACHINE_FAILURE = 3;
  static final int CHECK_FAILED = 4;
  static final int CONDITION_HOLDS = 5;

  @Spec private CommandSpec spec;

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Print stack traces of failures.")
  private boolean verbose;

  /** Runs the command and ends the process with its exit code, unless it is Flink's. */
  public static void main(String[] arguments) throws Exception {
    if (FlinkLibraries.arePresent() && FlinkCluster.isThisProcess()) {
      runInJobManager(arguments);
      return;
    }
    ProcessTemp.use();
    // Flink leaves threads behind that keep a JVM alive.
    System.exit(execute(commandLine(), arguments));
  }

  /**
   * A JobManager (application mode) ends its cluster with the job, and judges a command by what it
   * throws; one that submits no job counts as failed.
   */
  private static void runInJobManager(String[] arguments) throws Exception {
    StringWriter errors = new StringWriter();
    CommandLine command = commandLine().setErr(new PrintWriter(errors));
    int code = execute(command, arguments);
    System.err.print(errors);
    if (code != DONE) {
      throw new IllegalStateException("exit code " + code + "\n" + errors);
    }
    FlinkCluster.submitNothingUnlessJobs();
  }

  static CommandLine commandLine() {
    Espalier root = new Espalier();
    CommandLine command = new CommandLine(root);
    command.getSubcommands().values().forEach(Espalier::tellVersion);
    command.setCaseInsensitiveEnumValuesAllowed(true); // as in a job file
    command.setUnmatchedArgumentsAllowed(true); // they are refused below, with or without --help
    command.setExecutionStrategy(Espalier::start);
    command.setParameterExceptionHandler(
        (failure, words) ->
            refuse(List.of(UsageProblems.of(failure)), failure.getCommandLine().getErr()));
    command.setExecutionExceptionHandler(
        (failure, at, parsed) -> root.report(failure, at.getErr()));
    return command;
  }

  /** Lets {@code --version} behind a command and its subcommands say what it says before them. */
  private static void tellVersion(CommandLine command) {
    command.getCommandSpec().versionProvider(new Version());
    command.getSubcommands().values().forEach(Espalier::tellVersion);
  }

  /** The exit code of a command line; nothing is thrown. */
  @SuppressWarnings("try") // the use lasts as long as the command
  static int execute(CommandLine command, String... arguments) {
    try (StorageUse use = StorageUse.begin()) {
      return command.execute(arguments);
    } catch (Throwable e) { // an error of the JVM: one sentence, not a stack trace
      Espalier root = command.getCommand();
      return root.report(e, command.getErr());
    }
  }

  private static int start(CommandLine.ParseResult parsed) {
    List<Problem> problems = UsageProblems.unknown(parsed);
    return problems.isEmpty()
        ? new CommandLine.RunLast().execute(parsed)
        : refuse(problems, parsed.commandSpec().commandLine().getErr());
  }

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getOut());
    return BAD_CONFIGURATION;
  }

  private int report(Throwable failure, PrintWriter err) {
    if (failure instanceof ConfigurationException configuration) {
      return refuse(configuration.problems(), err);
    }
    Optional<String> misconfigured = FailureMessages.ofConfiguration(failure);
    String message = misconfigured.orElseGet(() -> FailureMessages.of(failure));
    err.println("error: " + PlainUrls.in(message));
    if (verbose) {
      failure.printStackTrace(err);
    } else {
      err.println("    --verbose prints the stack trace");
    }
    err.flush();
    return misconfigured.isPresent() ? BAD_CONFIGURATION : MACHINE_FAILURE;
  }

  private static int refuse(List<Problem> problems, PrintWriter err) {
    problems.forEach(
        problem ->
            err.println("error: " + PlainUrls.in(IoReason.withoutClassNames(problem.toString()))));
    err.println(Figures.count(problems.size(), "problem") + "; nothing was run.");
    err.flush();
    return BAD_CONFIGURATION;
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
