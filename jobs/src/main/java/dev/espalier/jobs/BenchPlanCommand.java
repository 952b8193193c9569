package dev.espalier.jobs;

import dev.espalier.engine.open.ModelDirectory;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code espalier bench plan}: the parts of {@code infra/plan-speed.sh}. */
@Command(
    name = "plan",
    description = "Measures how long planning takes, against a plain loop over the same rows.",
    mixinStandardHelpOptions = true,
    subcommands = {BenchPlanCommand.Make.class, BenchPlanCommand.Loop.class})
final class BenchPlanCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getOut());
    return Espalier.BAD_CONFIGURATION;
  }

  /** {@code espalier bench plan make}. */
  @Command(
      name = "make",
      description = "Writes rows whose prompts begin alike, a program and a job file.",
      mixinStandardHelpOptions = true)
  static final class Make implements Callable<Integer> {
    @Option(names = "--rows", required = true, description = "Rows in all.")
    private int rows;

    @Option(names = "--groups", defaultValue = "2000", description = "Groups that begin alike.")
    private int groups;

    @Option(names = "--shared", defaultValue = "3072", description = "Characters of a beginning.")
    private int shared;

    @Option(names = "--own", defaultValue = "1024", description = "Characters of a row's own text.")
    private int own;

    @Option(names = "--lines", description = "Writes JSON Lines instead of Parquet.")
    private boolean lines;

    @Option(names = "--chat", description = "The parts are turns of a conversation, not one text.")
    private boolean chat;

    @Parameters(paramLabel = "DIR", description = "Directory, made if it is not there.")
    private Path directory;

    @Override
    public Integer call() throws ConfigurationException, IOException {
      PlanLoad load;
      try {
        load = new PlanLoad(rows, groups, shared, own);
      } catch (IllegalArgumentException e) {
        throw new ConfigurationException("espalier bench plan", e.getMessage(), "see --help");
      }
      load.write(!lines, chat, directory);
      return Espalier.DONE;
    }
  }

  /** {@code espalier bench plan loop}. */
  @Command(
      name = "loop",
      description =
          "Reads the rows of a directory and tokenises each different part of them once, on as many"
              + " threads as there are cores.",
      mixinStandardHelpOptions = true)
  static final class Loop implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Option(
        names = "--library",
        description =
            "Gives the tokenizer's library each text, instead of the words that did not come"
                + " before.")
    private boolean library;

    @Parameters(paramLabel = "DIR", description = "Directory that bench plan make wrote.")
    private Path directory;

    @Override
    public Integer call() throws ConfigurationException, IOException {
      JobFile job = JobFileReader.read(PlanLoad.job(directory), List.of());
      ModelDirectory model = ModelDirectory.resolve(job.model());
      String hash = model.hashed(UserCache.fileHashes()).hash();
      TextSide text = TextSide.load(hash, model.path());
      PlanLoop loop = new PlanLoop(text.tokenizer(), library);
      loop.run(InputRows.options(job.input()));
      PrintWriter out = spec.commandLine().getOut();
      out.printf(Locale.ROOT, "rows %d%n", loop.rows());
      out.printf(Locale.ROOT, "tokens %d%n", loop.tokens());
      out.flush();
      return Espalier.DONE;
    }
  }
}
