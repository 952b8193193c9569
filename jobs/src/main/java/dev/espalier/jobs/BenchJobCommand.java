package dev.espalier.jobs;

import dev.espalier.bench.EndToEnd;
import dev.espalier.bench.JobFiles;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.checkpoint.Checkpoint;
import dev.espalier.engine.forward.ModelRunner;
import dev.espalier.engine.open.ModelRunners;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code espalier bench job}: the parts of {@code infra/job-speed.sh}, each in a process of its
 * own. Figures are printed one a line, name and value.
 */
@Command(
    name = "job",
    description = "Measures a whole job, and the engine alone with rows of the same lengths.",
    mixinStandardHelpOptions = true,
    subcommands = {
      BenchJobCommand.Make.class,
      BenchJobCommand.Run.class,
      BenchJobCommand.EngineAlone.class
    })
final class BenchJobCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getOut());
    return Espalier.BAD_CONFIGURATION;
  }

  /** What to measure. */
  static final class LoadOptions {
    @Option(names = "--shape", required = true, description = "Name of a model's shape, or tiny.")
    private String shape;

    @Option(names = "--rows", required = true, description = "Rows in all.")
    private int rows;

    @Option(names = "--groups", defaultValue = "64", description = "Groups that begin alike.")
    private int groups;

    @Option(names = "--shared", defaultValue = "2048", description = "Tokens of a beginning.")
    private int shared;

    @Option(names = "--own", defaultValue = "128", description = "Tokens of a row's own prompt.")
    private int own;

    @Option(names = "--out", defaultValue = "256", description = "Tokens to generate for a row.")
    private int out;

    JobFiles.Load load() throws ConfigurationException {
      try {
        return new JobFiles.Load(shape, rows, groups, shared, own, out);
      } catch (IllegalArgumentException e) {
        throw new ConfigurationException("espalier bench job", e.getMessage(), "see --help");
      }
    }
  }

  /** {@code espalier bench job make}. */
  @Command(
      name = "make",
      description = "Writes a checkpoint with random weights, rows, a program and a job file.",
      mixinStandardHelpOptions = true)
  static final class Make implements Callable<Integer> {
    @Mixin private LoadOptions load;

    @Option(names = "--device", required = true, description = "Device of the job file.")
    private String device;

    @Parameters(paramLabel = "DIR", description = "Directory, made if it is not there.")
    private Path directory;

    @Override
    public Integer call() throws Exception {
      JobFiles.write(load.load(), device, directory);
      return Espalier.DONE;
    }
  }

  /** {@code espalier bench job run}. */
  @Command(
      name = "run",
      description = "Runs the job of a directory as espalier run does, and times it.",
      mixinStandardHelpOptions = true)
  static final class Run implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(
        index = "0",
        paramLabel = "DIR",
        description = "Directory that bench job make wrote.")
    private Path directory;

    @Parameters(
        index = "1..*",
        arity = "0..*",
        paramLabel = "ARG",
        description = "More words for espalier run.")
    private List<String> more = List.of();

    @Override
    public Integer call() throws IOException {
      Instant start = ProcessHandle.current().info().startInstant().orElseThrow();
      String[] words = Stream.concat(run(), more.stream()).toArray(String[]::new);
      int code;
      try (JobTimes times = JobTimes.watch(start)) {
        code = Espalier.execute(Espalier.commandLine(), words);
        times.print(spec.commandLine().getOut());
      }
      return code;
    }

    private Stream<String> run() {
      return Stream.of("run", JobFiles.job(directory).toString());
    }
  }

  /** {@code espalier bench job engine}. */
  @Command(
      name = "engine",
      description =
          "Reads the checkpoint's files, loads it, and runs rows through the engine alone.",
      mixinStandardHelpOptions = true)
  static final class EngineAlone implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private LoadOptions load;

    @Option(names = "--device", required = true, description = "The device.")
    private String device;

    @Parameters(paramLabel = "DIR", description = "Directory that bench job make wrote.")
    private Path directory;

    @Override
    public Integer call() throws Exception {
      PrintWriter out = spec.commandLine().getOut();
      EngineOptions options = EngineOptions.defaults().withDevice(device);
      long start = System.nanoTime();
      long bytes = readAll(JobFiles.model(directory));
      figure(out, "plain_read_seconds", start);
      out.printf(Locale.ROOT, "model_bytes %d%n", bytes);
      start = System.nanoTime();
      try (Checkpoint checkpoint = Checkpoint.open(JobFiles.model(directory));
          ModelRunner runner = ModelRunners.open(checkpoint, options)) {
        figure(out, "engine_load_seconds", start);
        EndToEnd.Outcome outcome =
            new EndToEnd(runner, options.maxBatchTokens(), true)
                .run(load.load().endToEnd(options.maxSequences()));
        out.printf(Locale.ROOT, "engine_seconds %.3f%n", outcome.seconds());
        out.printf(Locale.ROOT, "engine_steps %d%n", outcome.steps());
        out.printf(Locale.ROOT, "engine_tokens_per_second %.1f%n", outcome.outputTokensPerSecond());
      }
      out.flush();
      return Espalier.DONE;
    }

    private static void figure(PrintWriter out, String name, long startNanos) {
      out.printf(Locale.ROOT, "%s %.3f%n", name, (System.nanoTime() - startNanos) / 1e9);
    }

    /** Reads the weights once, a thread a file. */
    private static long readAll(Path model) throws IOException {
      try (Stream<Path> files = Files.list(model)) {
        return files
            .filter(file -> file.toString().endsWith(".safetensors"))
            .toList()
            .parallelStream()
            .mapToLong(EngineAlone::read)
            .sum();
      }
    }

    private static long read(Path file) {
      byte[] buffer = new byte[8 << 20];
      long bytes = 0;
      try (InputStream in = Files.newInputStream(file)) {
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
          bytes += read;
        }
        return bytes;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
