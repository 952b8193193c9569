package dev.espalier.bench;

import dev.espalier.bench.Measurement.Bound;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.WeightFormat;
import dev.espalier.engine.cpu.CpuYardsticks;
import dev.espalier.engine.forward.ForwardBatch;
import dev.espalier.engine.forward.ForwardBatch.Output;
import dev.espalier.engine.forward.ForwardBatch.Slice;
import dev.espalier.engine.forward.ModelRunner;
import dev.espalier.engine.model.AttentionConfig;
import dev.espalier.engine.model.GateFunction;
import dev.espalier.engine.model.ModelConfig;
import dev.espalier.engine.model.Rope;
import dev.espalier.engine.model.WeightSource;
import dev.espalier.engine.open.ModelRunners;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Times a model shape with random weights. First the forward passes alone: prefill, decode of one
 * sequence, decode of many, and decode of many that share a beginning. Then the same rows through
 * the engine, from the request to the last token, their common beginning included.
 */
public final class ModelBenchmark {
  private static final double YARDSTICK_SECONDS = 0.5;
  private static final int TURNS = 4;

  /** Tokens that each row generates in the engine. */
  private static final int ROW_TOKENS = 64;

  @FunctionalInterface
  private interface Workload {
    Measurement run();
  }

  private final ModelConfig config;
  private final ModelRunner runner;
  private final int promptTokens;
  private final int newTokens;
  private final int sequences;
  private final EngineOptions options;

  private ModelBenchmark(
      ModelConfig config,
      ModelRunner runner,
      EngineOptions options,
      int promptTokens,
      int newTokens,
      int sequences) {
    this.config = config;
    this.runner = runner;
    this.options = options;
    this.promptTokens = promptTokens;
    this.newTokens = newTokens;
    this.sequences = sequences;
  }

  /** The shape of SmolLM2-135M: 30 layers of 576, 9 heads over 3, vocabulary 49,152. */
  public static ModelConfig shape135M() {
    float[] frequencies = new float[32];
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = (float) Math.pow(100_000, -i / 32.0);
    }
    AttentionConfig attention =
        new AttentionConfig(9, 3, 64, 0.125f, 0, 0, Rope.of(frequencies, 1));
    return new ModelConfig(
        "LlamaForCausalLM",
        49_152,
        576,
        1536,
        8192,
        1e-5f,
        0,
        1,
        GateFunction.SILU,
        0,
        true,
        new ModelConfig.LayerParts(false, false, false, false, false),
        Collections.nCopies(30, attention));
  }

  /**
   * Runs each workload once to warm up and once on the clock; on the CPU several times in turn,
   * with a plain loop of multiply-adds and a plain read of memory before each turn. The fastest of
   * each counts: others that share the machine can only slow it, for seconds at a time.
   *
   * @param weights of {@code config}, in bfloat16
   * @param promptTokens of each sequence
   * @param newTokens to decode for each sequence
   * @param sequences of the workloads with many
   */
  public static List<Measurement> run(
      ModelConfig config,
      WeightSource weights,
      EngineOptions options,
      int promptTokens,
      int newTokens,
      int sequences) {
    try (ModelRunner runner = ModelRunners.load(config, weights, options)) {
      ModelBenchmark benchmark =
          new ModelBenchmark(config, runner, options, promptTokens, newTokens, sequences);
      List<Workload> workloads = benchmark.workloads();
      workloads.forEach(Workload::run);
      if (!options.device().isCpu()) {
        return workloads.stream().map(Workload::run).toList();
      }
      return besideYardsticks(workloads, options.threads());
    }
  }

  private static List<Measurement> besideYardsticks(List<Workload> workloads, int threads) {
    Measurement[] fastest = new Measurement[workloads.size()];
    double flops = 0;
    double bytes = 0;
    try (CpuYardsticks yardsticks = new CpuYardsticks(threads)) {
      for (int turn = 0; turn < TURNS; turn++) {
        flops = Math.max(flops, yardsticks.multiplyAdds(YARDSTICK_SECONDS));
        bytes = Math.max(bytes, yardsticks.read(YARDSTICK_SECONDS));
        for (int i = 0; i < fastest.length; i++) {
          Measurement measurement = workloads.get(i).run();
          if (fastest[i] == null || measurement.seconds() < fastest[i].seconds()) {
            fastest[i] = measurement;
          }
        }
      }
    }
    List<Measurement> results = new ArrayList<>();
    results.add(Measurement.yardstick("multiply-adds alone", flops, 0));
    results.add(Measurement.yardstick("reading memory alone", 0, bytes));
    for (Measurement measurement : fastest) {
      results.add(measurement.besides(measurement.bound() == Bound.READING ? bytes : flops));
    }
    return results;
  }

  private List<Workload> workloads() {
    return List.of(
        this::prefill,
        () -> decode("decode, 1 sequence", 1, false),
        () -> decode("decode, " + sequences + " sequences", sequences, false),
        () ->
            decode(
                "decode, " + sequences + " sharing " + promptTokens + " tokens", sequences, true),
        this::rows);
  }

  /** Rows that share all of their prompt but its last token, through the engine. */
  private Measurement rows() {
    int shared = promptTokens - 1;
    EndToEnd.Outcome outcome =
        new EndToEnd(runner, options.maxBatchTokens(), true)
            .run(new EndToEnd.Shape(1, shared, sequences, 1, ROW_TOKENS, sequences));
    double flops = shared * bodyFlops();
    for (int i = 0; i < shared; i++) {
      flops += attentionFlops(i + 1);
    }
    double bytes = weightBytes();
    for (int step = 0; step < ROW_TOKENS; step++) {
      flops += sequences * (bodyFlops() + headFlops() + attentionFlops(promptTokens + step));
      bytes += weightBytes() + (promptTokens + sequences * (step + 1.0)) * keyValueBytes();
    }
    return new Measurement(
        sequences + " rows sharing " + shared + ", whole",
        outcome.outputTokens(),
        outcome.seconds(),
        flops,
        bytes,
        Bound.MULTIPLY_ADDS,
        0);
  }

  private Measurement prefill() {
    int[] tokens = new int[promptTokens];
    Arrays.setAll(tokens, i -> i * 31 % config.vocabularySize());
    Slice slice = new Slice(tokens, 0, pages(0, false), List.of(report(promptTokens - 1)));
    long start = System.nanoTime();
    runner.run(new ForwardBatch(List.of(), List.of(slice)));
    double seconds = (System.nanoTime() - start) * 1e-9;
    double flops = promptTokens * bodyFlops() + headFlops();
    for (int i = 0; i < promptTokens; i++) {
      flops += attentionFlops(i + 1);
    }
    return new Measurement(
        "prefill of " + promptTokens + " tokens",
        promptTokens,
        seconds,
        flops,
        weightBytes(),
        Bound.MULTIPLY_ADDS,
        0);
  }

  private Measurement decode(String name, int count, boolean shared) {
    double flops = 0;
    double bytes = 0;
    long start = System.nanoTime();
    for (int step = 0; step < newTokens; step++) {
      int position = promptTokens + step;
      List<Slice> slices = new ArrayList<>();
      for (int s = 0; s < count; s++) {
        int token = (step * 17 + s * 101) % config.vocabularySize();
        slices.add(new Slice(new int[] {token}, position, pages(s, shared), List.of(report(0))));
      }
      runner.run(new ForwardBatch(List.of(), slices));
      flops += count * (bodyFlops() + headFlops() + attentionFlops(position + 1));
      int distinct = shared ? promptTokens + count * (step + 1) : count * (position + 1);
      bytes += weightBytes() + distinct * keyValueBytes();
    }
    double seconds = (System.nanoTime() - start) * 1e-9;
    return new Measurement(
        name,
        (long) count * newTokens,
        seconds,
        flops,
        bytes,
        count == 1 ? Bound.READING : Bound.MULTIPLY_ADDS,
        0);
  }

  private static Output report(int index) {
    return new Output(index, 0, 0, null);
  }

  /** Pages of a sequence: its own, or those of the prompt shared with sequence 0. */
  private int[] pages(int sequence, boolean shared) {
    int pageSize = runner.pageSize();
    int each = (promptTokens + newTokens + pageSize - 1) / pageSize;
    int[] pages = new int[each];
    for (int i = 0; i < each; i++) {
      int owner = shared && (i + 1) * pageSize <= promptTokens ? 0 : sequence;
      pages[i] = owner * each + i;
    }
    return pages;
  }

  /** Of the products with weights, for one token, the output head left out. */
  private double bodyFlops() {
    long embedding = (long) config.vocabularySize() * config.hiddenSize();
    long body = config.parameters() - (config.tiedEmbeddings() ? embedding : 2 * embedding);
    return 2.0 * body;
  }

  /** Read in every step. */
  private double weightBytes() {
    double each = options.weights() == WeightFormat.INT8 ? 1 + 4 / 64.0 : 2;
    return each * config.parameters();
  }

  private double headFlops() {
    return 2.0 * config.vocabularySize() * config.hiddenSize();
  }

  private double attentionFlops(int positions) {
    return config.layers().stream().mapToDouble(a -> 4.0 * a.queryColumns() * positions).sum();
  }

  private double keyValueBytes() {
    return config.layers().stream().mapToDouble(a -> 2.0 * a.keyColumns() * Float.BYTES).sum();
  }
}
