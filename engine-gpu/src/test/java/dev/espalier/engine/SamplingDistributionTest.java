package dev.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.engine.GenerationResult.Sample;
import dev.espalier.engine.constrain.ConstraintCompiler;
import dev.espalier.engine.open.Engines;
import dev.espalier.engine.open.ModelDirectory;
import dev.espalier.engine.text.HuggingFaceTokenizer;
import dev.espalier.engine.text.Tokenizer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Frequencies of outputs against {@link VllmDistribution}, over transformers' logits of the
 * built-in model: the whole way from a request's parameters to its tokens, for the first token of
 * the whole vocabulary and for three tokens of a small support.
 */
final class SamplingDistributionTest {
  private static final int FEW = 1024;
  private static final int MANY = 16 * 1024;

  private static List<SamplingGolden> goldens;
  private static List<Engine> engines;
  private static Tokenizer tokenizer;
  private static Set<Integer> endOfTurn;

  @BeforeAll
  static void open() throws IOException {
    tokenizer = HuggingFaceTokenizer.load(ModelDirectory.resolve("builtin:nano").path());
    endOfTurn = Set.of(tokenizer.id("<|im_end|>").getAsInt());
    goldens = SamplingGolden.read();
    engines = goldens.stream().map(SamplingDistributionTest::engine).toList();
  }

  private static Engine engine(SamplingGolden golden) {
    int size = golden.vocabularySize();
    Map<TokenSequence, float[]> known = new HashMap<>();
    HistoryRunner runner =
        new HistoryRunner(
            size,
            4000,
            16,
            true,
            (tokens, length) ->
                known.computeIfAbsent(
                    TokenSequence.of(Arrays.copyOf(tokens, length)),
                    sequence -> golden.logits(sequence.toArray(), length)));
    ConstraintCompiler compiler = new ConstraintCompiler(tokenizer, size);
    return Engines.over(
        runner,
        tokenizer,
        new ModelInfo("golden", "Test", "", 64, size, endOfTurn),
        compiler::compile,
        EngineOptions.defaults().withMaxSequences(512).withMaxBatchTokens(2048));
  }

  @AfterAll
  static void close() {
    engines.forEach(
        engine -> {
          engine.checkIntegrity();
          engine.close();
        });
  }

  /** One change of the parameters, with the tokens of a support at hand. */
  private interface Change {
    void of(SamplingParameters.Builder parameters, int[] support);
  }

  private static Map<String, Change> changes() {
    Map<String, Change> changes = new LinkedHashMap<>();
    changes.put("nothing", (b, s) -> {});
    changes.put("cold", (b, s) -> b.temperature(0.4));
    changes.put("hot", (b, s) -> b.temperature(3.5));
    changes.put("topP", (b, s) -> b.topP(0.8));
    changes.put("topP of almost all", (b, s) -> b.topP(0.995));
    changes.put("topK", (b, s) -> b.topK(3));
    changes.put("topK of one", (b, s) -> b.topK(1));
    changes.put("minP", (b, s) -> b.minP(0.02));
    changes.put("presence", (b, s) -> b.presencePenalty(1.5));
    changes.put("presence below 0", (b, s) -> b.presencePenalty(-1.5));
    changes.put("frequency", (b, s) -> b.frequencyPenalty(1.2));
    changes.put("frequency below 0", (b, s) -> b.frequencyPenalty(-2));
    changes.put("repetition", (b, s) -> b.repetitionPenalty(1.3));
    changes.put("repetition below 1", (b, s) -> b.repetitionPenalty(0.8));
    changes.put("bias", (b, s) -> b.logitBias(Map.of(s[0], -4.0, s[1], 2.5, s[3], 3.0, s[6], 6.0)));
    changes.put("bias down to nothing", (b, s) -> b.logitBias(Map.of(s[0], -1e6)));
    changes.put("bad words", (b, s) -> b.badWords(List.of("at door", "The", "door")));
    changes.put("stop token", (b, s) -> b.stopTokens(Set.of(s[1])));
    changes.put("minimum", (b, s) -> b.minTokens(2).stopTokens(Set.of(s[0])));
    changes.put("ignored end", (b, s) -> b.ignoreEos(true).logitBias(Map.of(s[6], 9.0)));
    changes.put("minimum of an ignored end", (b, s) -> b.ignoreEos(true).minTokens(2));
    return changes;
  }

  @Test
  void eachParameterGivesTheDistributionOfVllm() {
    for (Map.Entry<String, Change> change : changes().entrySet()) {
      checkBoth(change.getKey(), List.of(change.getValue()), FEW);
    }
  }

  @Test
  void combinationsGiveTheDistributionOfVllm() {
    checkCombinations(0, 8, FEW);
  }

  @Test
  @Tag("long")
  void manyCombinationsGiveTheDistributionOfVllmMoreExactly() {
    checkCombinations(8, 112, MANY);
  }

  private static void checkCombinations(int first, int end, int draws) {
    List<Change> all = List.copyOf(changes().values());
    List<String> names = List.copyOf(changes().keySet());
    for (int seed = first; seed < end; seed++) {
      Random random = new Random(seed);
      int[] some = IntStream.range(0, all.size()).filter(i -> random.nextInt(3) == 0).toArray();
      String described =
          Arrays.stream(some).mapToObj(names::get).collect(Collectors.joining(" and "));
      checkBoth(described, Arrays.stream(some).mapToObj(all::get).toList(), draws);
    }
  }

  /** The first token of all, and three tokens of the support, after each prompt. */
  private static void checkBoth(String described, List<Change> changes, int draws) {
    for (int i = 0; i < goldens.size(); i++) {
      int[] support = goldens.get(i).support();
      SamplingParameters.Builder first =
          SamplingParameters.builder().temperature(1).includeStop(true);
      changes.forEach(change -> change.of(first, support));
      int least = first.build().minTokens();
      check(described, i, first.minTokens(Math.min(1, least)).maxTokens(1), draws);
      SamplingParameters.Builder three =
          SamplingParameters.builder()
              .temperature(1.6)
              .includeStop(true)
              .maxTokens(3)
              .allowedTokens(Arrays.stream(support).boxed().collect(Collectors.toSet()));
      changes.forEach(change -> change.of(three, support));
      check(described, i, three, draws / 2);
    }
  }

  private static void check(
      String described, int prompt, SamplingParameters.Builder parameters, int draws) {
    SamplingParameters sampling = parameters.build();
    String what = described + ", prompt " + prompt + ": " + sampling;
    SamplingGolden golden = goldens.get(prompt);
    Map<List<Integer>, Double> expected =
        VllmDistribution.of(golden, sampling, endOfTurn, tokenizer);
    assertThat(expected.values().stream().mapToDouble(p -> p).sum()).isCloseTo(1, within(1e-9));
    Map<List<Integer>, Integer> counts = new HashMap<>();
    for (Sample sample : draw(prompt, sampling, draws)) {
      List<Integer> output = tokens(sample);
      assertThat(expected).as(what).containsKey(output);
      if (counts.merge(output, 1, Integer::sum) == 1) {
        checkLogprobs(golden, sample, what);
      }
    }
    assertThat(ChiSquare.excess(expected, counts)).as(what).isNotPositive();
  }

  /** As many samples as asked for, of rows with up to {@link SamplingParameters#n} each. */
  private static List<Sample> draw(int prompt, SamplingParameters sampling, int draws) {
    List<CompletableFuture<GenerationResult>> rows = new ArrayList<>();
    for (int row = 0; row < draws / 256; row++) {
      rows.add(
          engines
              .get(prompt)
              .generate(
                  new GenerationRequest(
                      goldens.get(prompt).prompt(),
                      sampling.toBuilder().n(256).build(),
                      Optional.empty(),
                      new SeedPath(11, "row " + row, "step"),
                      0)));
    }
    return rows.stream().flatMap(row -> row.join().samples().stream()).toList();
  }

  private static List<Integer> tokens(Sample sample) {
    return Arrays.stream(sample.tokens().toArray()).boxed().toList();
  }

  /** They are of the raw logits, whatever the parameters. */
  private static void checkLogprobs(SamplingGolden golden, Sample sample, String what) {
    List<Integer> output = tokens(sample);
    for (int i = 0; i < output.size(); i++) {
      double[] logits = golden.logits(output.subList(0, i));
      double sum = 0;
      for (double logit : logits) {
        sum += Math.exp(logit);
      }
      assertThat((double) sample.logprobs().get(i).logprob())
          .as(what)
          .isCloseTo(logits[output.get(i)] - Math.log(sum), within(2e-5));
    }
  }

  /** Whatever differs between two draws, one says nothing of the other. */
  @Test
  void rowsStepsSamplesSeedsAndPositionsAreIndependent() {
    SamplingParameters sampling =
        SamplingParameters.builder()
            .temperature(2)
            .n(2)
            .ignoreEos(true)
            .allowedTokens(
                Arrays.stream(goldens.get(1).support()).boxed().collect(Collectors.toSet()))
            .maxTokens(1)
            .build();
    Map<List<Integer>, Double> one =
        VllmDistribution.of(goldens.get(1), sampling, endOfTurn, tokenizer);
    Map<String, List<SeedPath>> neighbours = new LinkedHashMap<>();
    for (int i = 0; i < 2 * FEW; i++) {
      add(neighbours, "rows", new SeedPath(5, String.valueOf(i), "a"));
      add(neighbours, "seeds", new SeedPath(i, "row", "a"));
      add(neighbours, "steps", new SeedPath(5, "row", "a#" + i));
      add(neighbours, "forks", new SeedPath(5, "row", "f[" + i + "]/a"));
    }
    for (Map.Entry<String, List<SeedPath>> kind : neighbours.entrySet()) {
      List<CompletableFuture<GenerationResult>> results = new ArrayList<>();
      for (SeedPath seed : kind.getValue()) {
        results.add(
            engines
                .get(1)
                .generate(
                    new GenerationRequest(
                        goldens.get(1).prompt(), sampling, Optional.empty(), seed, 0)));
      }
      Map<List<List<Integer>>, Integer> samples = new HashMap<>();
      Map<List<List<Integer>>, Integer> pairs = new HashMap<>();
      for (int i = 0; i < results.size(); i++) {
        GenerationResult result = results.get(i).join();
        samples.merge(result.samples().stream().map(s -> tokens(s)).toList(), 1, Integer::sum);
        if (i % 2 == 1) {
          List<Integer> before = tokens(results.get(i - 1).join().first());
          pairs.merge(List.of(before, tokens(result.first())), 1, Integer::sum);
        }
      }
      Map<List<List<Integer>>, Double> expected = ChiSquare.pairs(one);
      assertThat(ChiSquare.excess(expected, samples)).as("samples").isNotPositive();
      assertThat(ChiSquare.excess(expected, pairs)).as(kind.getKey()).isNotPositive();
    }
  }

  private static void add(Map<String, List<SeedPath>> neighbours, String kind, SeedPath seed) {
    neighbours.computeIfAbsent(kind, k -> new ArrayList<>()).add(seed);
  }
}
