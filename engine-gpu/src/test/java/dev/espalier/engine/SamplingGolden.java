package dev.espalier.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Logits of the built-in model as transformers gives them in float64; the golden file's script says
 * which. After the first token to come, those of tokens outside the support are known as a sum
 * only; one token that is never allowed stands for them.
 *
 * @param prompt token ids
 * @param support the tokens whose logits are known everywhere
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record SamplingGolden(
    TokenSequence prompt,
    int[] support,
    double[] first,
    Map<List<Integer>, double[]> later,
    Map<List<Integer>, Double> logSumExp) {
  private static final double NOTHING = -1000;
  private static final int OTHERS = 8191;

  static List<SamplingGolden> read() throws IOException {
    JsonNode golden;
    try (InputStream in = SamplingGolden.class.getResourceAsStream("/golden/nano-sampling.json")) {
      golden = new ObjectMapper().readTree(in);
    }
    List<SamplingGolden> all = new ArrayList<>();
    for (JsonNode prompt : golden.get("prompts")) {
      Map<List<Integer>, double[]> later = new HashMap<>();
      Map<List<Integer>, Double> sums = new HashMap<>();
      for (JsonNode one : prompt.get("later")) {
        List<Integer> came = Arrays.stream(ints(one.get("came"))).boxed().toList();
        later.put(came, doubles(one.get("logits")));
        sums.put(came, one.get("logSumExp").doubleValue());
      }
      all.add(
          new SamplingGolden(
              TokenSequence.of(ints(prompt.get("input_ids"))),
              ints(prompt.get("support")),
              doubles(prompt.get("first")),
              later,
              sums));
    }
    return all;
  }

  int vocabularySize() {
    return first.length;
  }

  /** The logits of all tokens after {@code output}, which follows the prompt. */
  double[] logits(List<Integer> output) {
    if (output.isEmpty()) {
      return first.clone();
    }
    double[] known = later.get(output);
    double[] logits = new double[first.length];
    Arrays.fill(logits, NOTHING);
    double rest = Math.exp(logSumExp.get(output));
    for (int i = 0; i < support.length; i++) {
      logits[support[i]] = known[i];
      rest -= Math.exp(known[i]);
    }
    logits[OTHERS] = rest > 0 ? Math.log(rest) : NOTHING;
    return logits;
  }

  /** The same, in float32, after a sequence that begins with the prompt. */
  float[] logits(int[] tokens, int length) {
    if (!TokenSequence.of(tokens).slice(0, prompt.length()).equals(prompt)) {
      throw new IllegalArgumentException("not the prompt of these logits");
    }
    List<Integer> output =
        IntStream.range(prompt.length(), length).mapToObj(i -> tokens[i]).toList();
    double[] exact = logits(output);
    float[] logits = new float[exact.length];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) exact[i];
    }
    return logits;
  }

  private static int[] ints(JsonNode array) {
    return IntStream.range(0, array.size()).map(i -> array.get(i).intValue()).toArray();
  }

  private static double[] doubles(JsonNode array) {
    return IntStream.range(0, array.size()).mapToDouble(i -> array.get(i).doubleValue()).toArray();
  }
}
