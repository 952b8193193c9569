package dev.espalier.jobs;

import dev.espalier.bench.GpuBenchmark;
import dev.espalier.bench.HostBenchmark;
import dev.espalier.bench.Measurement;
import dev.espalier.bench.ModelBenchmark;
import dev.espalier.bench.RandomWeights;
import dev.espalier.engine.Dtype;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.WeightFormat;
import dev.espalier.engine.cpu.KernelWarmUp;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code espalier bench}. */
@Command(
    name = "bench",
    description = "Measures the engine on this machine.",
    mixinStandardHelpOptions = true,
    subcommands = {
      BenchCommand.OnCpu.class,
      BenchCommand.OnGpu.class,
      BenchCommand.OfHost.class,
      BenchJobCommand.class,
      BenchPlanCommand.class,
      LogitsCommand.class
    })
final class BenchCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getOut());
    return Espalier.BAD_CONFIGURATION;
  }

  /** Refuses a number on the command line that is out of its bounds. */
  private static void require(String option, int value, int least, int most)
      throws ConfigurationException {
    if (value < least || value > most) {
      throw new ConfigurationException(
          "espalier bench",
          option + " is " + value,
          "write a whole number from " + least + " to " + most);
    }
  }

  /** {@code espalier bench engine}. */
  @Command(
      name = "engine",
      description =
          "Times a Llama of 135 M parameters with random weights on the CPU: prefill, decode of one"
              + " and of many sequences, and of many that share their beginning; then whole rows"
              + " that share a beginning, 64 new tokens each, through the engine. Exit code 1 if"
              + " the compiler left vectors on the heap, or prefill reaches less than a third of"
              + " plain multiply-adds.",
      mixinStandardHelpOptions = true)
  static final class OnCpu implements Callable<Integer> {
    private static final double LEAST_SHARE = 1 / 3.0;

    @Spec private CommandSpec spec;

    @Option(names = "--prompt", defaultValue = "512", description = "Prompt tokens, at least 2.")
    private int prompt;

    @Option(names = "--new", defaultValue = "64", description = "Tokens to generate.")
    private int generated;

    @Option(names = "--sequences", defaultValue = "32", description = "Sequences of a batch.")
    private int sequences;

    @Option(
        names = "--weights",
        defaultValue = "checkpoint",
        description = "checkpoint or int8: how weights are kept.")
    private WeightFormat weights;

    @Option(names = "--threads", defaultValue = "0", description = "Threads; 0 is one a core.")
    private int threads;

    @Override
    public Integer call() throws ConfigurationException {
      require("--prompt", prompt, 2, 4096); // the shape has 8,192 positions
      require("--new", generated, 1, 4096);
      require("--sequences", sequences, 1, 1024);
      require("--threads", threads, 0, EngineOptions.MOST_THREADS);
      PrintWriter out = spec.commandLine().getOut();
      List<String> problems = new ArrayList<>();
      printCompiler(out, problems);
      for (Measurement measurement :
          ModelBenchmark.run(
              ModelBenchmark.shape135M(),
              new RandomWeights(),
              EngineOptions.defaults().withThreads(threads).withWeights(weights),
              prompt,
              generated,
              sequences)) {
        out.println(measurement);
        if (measurement.name().startsWith("prefill") && measurement.share() < LEAST_SHARE) {
          problems.add(
              String.format(
                  Locale.ROOT,
                  "prefill reaches %.0f %% of plain multiply-adds, less than a third",
                  100 * measurement.share()));
        }
      }
      out.flush();
      for (String problem : problems) {
        spec.commandLine().getErr().println("espalier bench engine: " + problem);
      }
      return problems.isEmpty() ? Espalier.DONE : Espalier.FAILED;
    }

    /** The vectors' width, the Java runtime, and whether its compiler does what it should. */
    private void printCompiler(PrintWriter out, List<String> problems) {
      long start = System.nanoTime();
      List<String> onHeap = KernelWarmUp.run(weights);
      out.printf(
          Locale.ROOT,
          "vectors of %d bits, Java %s, inner loops compiled in %.1f s%n",
          KernelWarmUp.vectorBits(),
          Runtime.version(),
          (System.nanoTime() - start) * 1e-9);
      out.flush();
      if (!onHeap.isEmpty()) {
        problems.add("the compiler left vectors on the heap in: " + String.join(", ", onHeap));
      }
    }
  }

  /** {@code espalier bench host}. */
  @Command(
      name = "host",
      description =
          "Times what the engine does for a step beside the device: scheduling, pages, requests and"
              + " results, over a device that takes no time.",
      mixinStandardHelpOptions = true)
  static final class OfHost implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Option(names = "--sequences", defaultValue = "256", description = "Sequences of a step.")
    private int sequences;

    @Option(names = "--prompt", defaultValue = "1024", description = "Prompt tokens, at least 2.")
    private int prompt;

    @Option(names = "--new", defaultValue = "512", description = "Tokens to generate.")
    private int generated;

    @Override
    public Integer call() throws ConfigurationException {
      require("--prompt", prompt, 2, 8192);
      require("--new", generated, 1, 8192);
      require("--sequences", sequences, 1, 4096);
      PrintWriter out = spec.commandLine().getOut();
      for (boolean ahead : new boolean[] {true, false}) {
        out.printf(
            Locale.ROOT,
            "%d sequences, %d + %d tokens, next step %s: %.0f microseconds a step%n",
            sequences,
            prompt,
            generated,
            ahead ? "put together ahead" : "after the last",
            HostBenchmark.microseconds(sequences, prompt, generated, ahead));
      }
      out.flush();
      return Espalier.DONE;
    }
  }

  /** {@code espalier bench gpu}. */
  @Command(
      name = "gpu",
      description =
          "Checks on a GPU that outputs do not depend on what else runs, then measures it. Weights"
              + " are random.",
      mixinStandardHelpOptions = true)
  static final class OnGpu implements Callable<Integer> {
    @Option(names = "--device", defaultValue = "cuda:0", description = "The GPU.")
    private String device;

    @Option(
        names = "--shape",
        required = true,
        completionCandidates = Shapes.class,
        description = "One of ${COMPLETION-CANDIDATES}.")
    private String shape;

    @Option(
        names = "--dtype",
        defaultValue = "bfloat16",
        description = "bfloat16 or float32: what to compute in.")
    private Dtype dtype;

    @Override
    public Integer call() throws ConfigurationException {
      if (!GpuBenchmark.shapes().contains(shape)) {
        throw new ConfigurationException(
            "--shape " + shape,
            "no such shape",
            "choose one of " + String.join(", ", GpuBenchmark.shapes()));
      }
      PrintStream out = System.out;
      return new GpuBenchmark(device, dtype, out).run(shape) ? Espalier.DONE : Espalier.FAILED;
    }

    /** The names that {@code --shape} takes. */
    static final class Shapes implements Iterable<String> {
      @Override
      public Iterator<String> iterator() {
        return GpuBenchmark.shapes().iterator();
      }
    }
  }
}
