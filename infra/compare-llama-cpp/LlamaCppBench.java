import de.kherud.llama.InferenceParameters;
import de.kherud.llama.LlamaModel;
import de.kherud.llama.ModelParameters;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;

/**
 * What llama.cpp reaches on the shapes of {@code espalier bench engine}: a prompt of 513 tokens, 96
 * new tokens, and 32 rows that share 512 tokens and generate 64 each, with its prompt cache on.
 *
 * <p>{@code java -cp llama-4.2.0.jar LlamaCppBench.java MODEL.gguf}
 */
class LlamaCppBench {
  private static final int PROMPT = 513;
  private static final int NEW = 96;
  private static final int ROWS = 32;
  private static final int SHARED = 512;
  private static final int ROW_NEW = 64;
  private static final int REPEATS = 5;

  public static void main(String[] args) throws Exception {
    ModelParameters parameters =
        new ModelParameters()
            .setModel(args[0])
            .setThreads(2)
            .setThreadsBatch(2)
            .setCtxSize(1024)
            .setParallel(1)
            .disableLog();
    Random random = new Random(1);
    try (LlamaModel model = new LlamaModel(parameters)) {
      seconds(model, text(random, PROMPT), NEW, false);
      double[] one = new double[REPEATS];
      double[] all = new double[REPEATS];
      for (int i = 0; i < REPEATS; i++) {
        one[i] = seconds(model, text(random, PROMPT), 1, false);
        all[i] = seconds(model, text(random, PROMPT), NEW + 1, false);
      }
      double prefill = median(one);
      print("prefill of 513, tok/s", PROMPT / prefill);
      print("single-stream decode, tok/s", NEW / (median(all) - prefill));
      print("32 rows sharing 512, generated tok/s", shared(model, random));
      System.out.flush();
      Runtime.getRuntime().halt(0); // closing the model does not return in 4.2.0
    }
  }

  /** One row after the other: with several slots at once the native library of 4.2.0 crashes. */
  private static double shared(LlamaModel model, Random random) {
    String prefix = text(random, SHARED);
    long start = System.nanoTime();
    for (int i = 0; i < ROWS; i++) {
      model.complete(request(prefix + text(random, 1), ROW_NEW, true));
    }
    return ROWS * ROW_NEW / ((System.nanoTime() - start) / 1e9);
  }

  private static double seconds(LlamaModel model, String prompt, int tokens, boolean cache) {
    long start = System.nanoTime();
    model.complete(request(prompt, tokens, cache));
    return (System.nanoTime() - start) / 1e9;
  }

  private static InferenceParameters request(String prompt, int tokens, boolean cache) {
    return new InferenceParameters(prompt)
        .setNPredict(tokens)
        .setTemperature(0)
        .setIgnoreEos(true)
        .setCachePrompt(cache);
  }

  private static String text(Random random, int characters) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < characters; i++) {
      text.append((char) ('a' + random.nextInt(26)));
    }
    return text.toString();
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static void print(String what, double value) {
    System.out.printf(Locale.ROOT, "%-44s %10.1f%n", what, value);
  }
}
