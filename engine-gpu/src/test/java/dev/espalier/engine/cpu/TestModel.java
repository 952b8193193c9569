package dev.espalier.engine.cpu;

import dev.espalier.engine.WeightFormat;
import dev.espalier.engine.checkpoint.Checkpoint;
import dev.espalier.engine.forward.ForwardBatch;
import dev.espalier.engine.forward.ForwardBatch.Output;
import dev.espalier.engine.forward.ForwardBatch.Slice;
import dev.espalier.engine.forward.ForwardResult.OutputResult;
import dev.espalier.engine.forward.ModelRunner;
import dev.espalier.engine.model.ModelConfig;
import dev.espalier.engine.model.TransformerRunner;
import dev.espalier.engine.model.WeightSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/** A runner on the CPU that keeps the logits of every output. */
final class TestModel implements AutoCloseable {
  private final ModelConfig config;
  private final ModelRunner runner;
  private final ConcurrentHashMap<Output, float[]> logits = new ConcurrentHashMap<>();

  TestModel(ModelConfig config, WeightSource weights, int maxRows, int threads, long cacheBytes) {
    this(config, weights, maxRows, threads, cacheBytes, WeightFormat.CHECKPOINT);
  }

  TestModel(
      ModelConfig config,
      WeightSource weights,
      int maxRows,
      int threads,
      long cacheBytes,
      WeightFormat format) {
    this.config = config;
    this.runner =
        TransformerRunner.load(
            config,
            weights,
            new CpuOperations(maxRows, threads, format, this::recorder),
            cacheBytes);
  }

  static TestModel open(Path directory, int threads) {
    try (Checkpoint checkpoint = Checkpoint.open(directory)) {
      return new TestModel(checkpoint.config(), checkpoint, 256, threads, 64 << 20);
    }
  }

  private OutputSampler recorder(int vocabulary) {
    return (row, offset, output) -> {
      logits.put(output, Arrays.copyOfRange(row, offset, offset + vocabulary));
      return new OutputResult(-1, 0, 0, -1, new int[0], new float[0]);
    };
  }

  ModelConfig config() {
    return config;
  }

  ModelRunner runner() {
    return runner;
  }

  /**
   * Runs a step in which every token reports.
   *
   * @return for each slice, for each token, the logits
   */
  List<float[][]> run(List<ForwardBatch.PageCopy> copies, List<Slice> slices) {
    logits.clear();
    List<Slice> reporting = new ArrayList<>();
    int id = 0; // tells the outputs of different slices apart
    for (Slice slice : slices) {
      List<Output> outputs = new ArrayList<>();
      for (int i = 0; i < slice.tokens().length; i++) {
        outputs.add(new Output(i, -1, id, null));
      }
      id++;
      reporting.add(new Slice(slice.tokens(), slice.start(), slice.pages(), outputs));
    }
    runner.run(new ForwardBatch(copies, reporting));
    List<float[][]> results = new ArrayList<>();
    for (Slice slice : reporting) {
      results.add(slice.outputs().stream().map(logits::get).toArray(float[][]::new));
    }
    return results;
  }

  /** Logits after each of {@code tokens}, computed in one step on pages from 0 on. */
  float[][] logits(int... tokens) {
    return run(List.of(), List.of(new Slice(tokens, 0, pages(tokens.length), List.of()))).get(0);
  }

  /** Logits after one more token of a sequence on pages from 0 on. */
  float[] next(int token, int position) {
    Slice slice = new Slice(new int[] {token}, position, pages(position + 1), List.of());
    return run(List.of(), List.of(slice)).get(0)[0];
  }

  private int[] pages(int tokens) {
    int[] pages = new int[(tokens + runner.pageSize() - 1) / runner.pageSize()];
    Arrays.setAll(pages, i -> i);
    return pages;
  }

  static int argmax(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      if (logits[i] > logits[best]) {
        best = i;
      }
    }
    return best;
  }

  /** Log-probabilities of all tokens. */
  static double[] logprobs(float[] logits) {
    double max = logits[argmax(logits)];
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - max);
    }
    double logSum = max + Math.log(sum);
    double[] result = new double[logits.length];
    Arrays.setAll(result, i -> logits[i] - logSum);
    return result;
  }

  @Override
  public void close() {
    runner.close();
  }
}
