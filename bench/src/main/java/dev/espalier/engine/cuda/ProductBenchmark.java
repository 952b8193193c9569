package dev.espalier.engine.cuda;

import static dev.espalier.engine.cuda.MatrixProducts.OUTPUT_GATED;
import static dev.espalier.engine.cuda.MatrixProducts.OUTPUT_LOGITS;
import static dev.espalier.engine.cuda.MatrixProducts.OUTPUT_ROWS;

import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.cuda.driver.CapturedGraphs;
import dev.espalier.engine.cuda.driver.CudaDevice;
import dev.espalier.engine.cuda.driver.DeviceArena;
import dev.espalier.engine.cuda.driver.DeviceBuffer;
import dev.espalier.engine.cuda.driver.DeviceTimer;
import dev.espalier.engine.model.AttentionConfig;
import dev.espalier.engine.model.GateFunction;
import dev.espalier.engine.model.ModelConfig;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.DoubleBinaryOperator;
import java.util.function.IntConsumer;

/**
 * Times the matrix products of a model, beside NVIDIA's where the machine has them. Logits of more
 * than 256 tokens are computed 256 at a time, as in a step, and timed as a whole; NVIDIA's in one
 * call.
 */
public final class ProductBenchmark {
  private static final int[] TOKENS = {
    1, 3, 8, 16, 32, 48, 64, 96, 128, 160, 192, 200, 256, 384, 512, 768, 1024, 1536, 2048, 3072,
    4096, 8192
  };
  private static final int MOST_TOKENS = 8192;
  private static final int LOGIT_TOKENS = 256; // computed at a time
  private static final int CALLS = 10;
  private static final int LONG_CALLS = 2; // of logits of more tokens
  private static final int REPEATS = 7;
  // So many bytes of different weights that none is found in the L2 cache.
  private static final long ROTATED_BYTES = 400L << 20;

  private final CudaDevice device;
  private final DoubleBinaryOperator bound;
  private final PrintStream out;
  private final Noise noise;
  private final MatrixProducts products;
  private final Optional<Cublas> cublas;

  /**
   * Times the products of a model on an idle GPU.
   *
   * @param options name the GPU
   * @param bound least seconds of a product, from the matrix's elements and the tokens
   * @param out receives the table
   */
  public static void run(
      EngineOptions options, ModelConfig config, DoubleBinaryOperator bound, PrintStream out) {
    try (CudaDevice device = CudaBackend.device(options)) {
      new ProductBenchmark(device, bound, out).run(config);
    }
  }

  private ProductBenchmark(CudaDevice device, DoubleBinaryOperator bound, PrintStream out) {
    this.device = device;
    this.bound = bound;
    this.out = out;
    this.noise = new Noise(device);
    this.products = new MatrixProducts(device);
    this.cublas = Cublas.open(device.streamAddress());
  }

  private void run(ModelConfig config) {
    AttentionConfig attention = config.layers().get(0);
    int hidden = config.hiddenSize();
    int feedForward = config.feedForwardSize();
    int qkv = attention.queryColumns() + 2 * attention.keyColumns();
    DeviceArena workspace = device.own(new DeviceArena("partial sums", "measure a smaller shape"));
    products.reserve(Panels.roundUp(Math.max(qkv, hidden), PanelMatrix.TILE), workspace);
    workspace.allocate(device);
    measure("qkv", qkv, hidden, OUTPUT_ROWS);
    measure("o", hidden, attention.queryColumns(), OUTPUT_ROWS);
    measure("gate_up", feedForward, hidden, OUTPUT_GATED);
    measure("down", hidden, feedForward, OUTPUT_ROWS);
    measure("lm_head", config.vocabularySize(), hidden, OUTPUT_LOGITS);
  }

  private void measure(String name, int outputs, int inputs, int output) {
    boolean gated = output == OUTPUT_GATED;
    int columns = gated ? 2 * outputs : outputs;
    int rows = Panels.roundUp(columns, PanelMatrix.TILE);
    long bytes = Panels.bytes(rows, inputs) + PanelMatrix.SLACK_BYTES;
    int copies = (int) Math.max(2, ROTATED_BYTES / bytes + 1);
    List<DeviceBuffer> buffers = new ArrayList<>();
    try {
      for (int i = 0; i < copies; i++) {
        buffers.add(random(bytes, (float) (1 / Math.sqrt(inputs)), i));
      }
      DeviceBuffer in = random(Panels.bytes(MOST_TOKENS, inputs), 1, 99);
      buffers.add(in);
      // Products are bfloat16, logits float32 but few at a time.
      DeviceBuffer result =
          DeviceBuffer.allocate((long) MOST_TOKENS * columns * Short.BYTES, "a product");
      buffers.add(result);
      for (int tokens : TOKENS) {
        boolean inPieces = output == OUTPUT_LOGITS && tokens > LOGIT_TOKENS;
        List<IntConsumer> calls = new ArrayList<>();
        calls.add(
            i -> {
              PanelMatrix matrix =
                  new PanelMatrix(outputs, inputs, columns, gated, buffers.get(i % copies), null);
              launch(matrix, in, tokens, output, result);
            });
        cublas.ifPresent(
            c ->
                calls.add(
                    i -> c.multiply(in, buffers.get(i % copies), tokens, columns, inputs, result)));
        double[] seconds = seconds(calls, inPieces ? LONG_CALLS : CALLS);
        double ours = seconds[0];
        double theirs = seconds.length > 1 ? seconds[1] : Double.NaN;
        report(name, columns, inputs, tokens, ours, theirs, inPieces);
      }
    } finally {
      buffers.forEach(DeviceBuffer::close);
    }
  }

  private DeviceBuffer random(long bytes, float deviation, long seed) {
    DeviceBuffer buffer = DeviceBuffer.allocate(bytes, "a measurement");
    noise.fill(buffer, bytes, deviation, seed);
    device.synchronize("filling a buffer");
    return buffer;
  }

  private void launch(
      PanelMatrix matrix, DeviceBuffer in, int tokens, int output, DeviceBuffer result) {
    switch (output) {
      case OUTPUT_GATED ->
          products.gated(in, MOST_TOKENS, matrix, GateFunction.SILU, tokens, result, MOST_TOKENS);
      case OUTPUT_LOGITS -> {
        for (int first = 0; first < tokens; first += LOGIT_TOKENS) {
          long skipped = (long) first * Panels.ROW_BYTES;
          DeviceBuffer rows = in.slice(skipped, in.bytes() - skipped);
          int count = Math.min(LOGIT_TOKENS, tokens - first);
          products.logits(rows, MOST_TOKENS, matrix, count, 0, result);
        }
      }
      default -> products.rows(in, MOST_TOKENS, matrix, tokens, result);
    }
  }

  /**
   * Median seconds of one call each, over replays of several captured ones. The competitors take
   * turns, so that they meet the same clocks.
   */
  private double[] seconds(List<IntConsumer> competitors, int callsEach) {
    try (CapturedGraphs<Integer> graphs = new CapturedGraphs<>(device);
        DeviceTimer timer = new DeviceTimer(device)) {
      List<Integer> keys = new ArrayList<>();
      for (IntConsumer call : competitors) {
        call.accept(0);
        device.synchronize("a product");
        int key = keys.size();
        graphs.beginCapture(key);
        for (int i = 0; i < callsEach; i++) {
          call.accept(i);
        }
        graphs.endCapture();
        keys.add(key);
      }
      float[][] times = new float[keys.size()][REPEATS];
      for (int i = 0; i < REPEATS; i++) {
        for (int competitor = 0; competitor < keys.size(); competitor++) {
          graphs.launch(keys.get(competitor));
          timer.start();
          graphs.launch(keys.get(competitor));
          timer.stop();
          times[competitor][i] = timer.milliseconds();
        }
      }
      double[] seconds = new double[keys.size()];
      for (int competitor = 0; competitor < seconds.length; competitor++) {
        Arrays.sort(times[competitor]);
        seconds[competitor] = times[competitor][REPEATS / 2] / 1e3 / callsEach;
      }
      return seconds;
    }
  }

  private void report(
      String name,
      int columns,
      int inputs,
      int tokens,
      double ours,
      double theirs,
      boolean inPieces) {
    double bytes = 2.0 * columns * inputs;
    double flops = bytes * tokens;
    double least = bound.applyAsDouble((double) columns * inputs, tokens);
    String beside =
        Double.isNaN(theirs)
            ? "no cuBLAS here"
            : String.format(
                Locale.ROOT,
                "cuBLAS %8.1f us, %3.0f%% of its speed",
                theirs * 1e6,
                100 * theirs / ours);
    out.println(
        String.format(
            Locale.ROOT,
            "%-8s %6d x %5d, %4d tokens: %8.1f us %5.2f TB/s %6.1f TFLOP/s %3.0f%% of the bound;"
                + " %s%s",
            name,
            columns,
            inputs,
            tokens,
            ours * 1e6,
            bytes / ours / 1e12,
            flops / ours / 1e12,
            100 * least / ours,
            beside,
            inPieces ? ", ours " + LOGIT_TOKENS + " tokens at a time" : ""));
  }
}
