package dev.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.engine.GenerationResult.Sample;
import dev.espalier.engine.open.Engines;
import dev.espalier.engine.open.ModelDirectory;
import dev.espalier.engine.text.HuggingFaceTokenizer;
import dev.espalier.engine.text.Tokenizer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What sampling parameters do to the built-in model itself, on the CPU. */
final class NanoSamplingTest {
  private static final String DOG =
      "The door. The window. The kitchen door. The little dog went to the";

  private static Engine engine;
  private static Tokenizer tokenizer;

  @BeforeAll
  static void open() {
    engine = Engines.open("builtin:nano", EngineOptions.defaults().withKvCacheBytes(64 << 20));
    tokenizer = HuggingFaceTokenizer.load(ModelDirectory.resolve("builtin:nano").path());
  }

  @AfterAll
  static void close() {
    engine.checkIntegrity();
    engine.close();
  }

  private static GenerationResult generate(String prompt, SamplingParameters sampling) {
    TokenSequence tokens = tokenizer.encode(prompt, false);
    return engine
        .generate(
            new GenerationRequest(
                tokens, sampling, Optional.empty(), new SeedPath(3, "row", "step"), 0))
        .join();
  }

  /** The prompt holds both tokens, so both biases are penalised: 62.5% and not 76.5%. */
  @Test
  void aBiasIsPenalisedWithItsLogit() {
    SamplingParameters sampling =
        SamplingParameters.builder()
            .temperature(1)
            .repetitionPenalty(1.3)
            .logitBias(Map.of(1584, 3.0, 2492, 2.0))
            .maxTokens(1)
            .n(1024)
            .build();
    List<Sample> samples = generate(DOG, sampling).samples();
    double share =
        samples.stream().filter(s -> s.tokens().get(0) == 1584).count() / (double) samples.size();
    assertThat(share).isCloseTo(0.625, within(4 * Math.sqrt(0.625 * 0.375 / 1024)));
  }

  @Test
  void theEnginesLogitsAreThoseOfTransformers() throws Exception {
    for (SamplingGolden golden : SamplingGolden.read()) {
      SamplingParameters sampling = SamplingParameters.builder().logprobs(200).maxTokens(1).build();
      TokenLogprob first =
          engine
              .generate(GenerationRequest.of(golden.prompt(), sampling))
              .join()
              .first()
              .logprobs()
              .get(0);
      double[] logits = golden.logits(List.of());
      double sum = Math.log(Arrays.stream(logits).map(Math::exp).sum());
      for (TokenLogprob.Alternative one : first.alternatives()) {
        assertThat((double) one.logprob()).isCloseTo(logits[one.token()] - sum, within(1e-3));
      }
    }
  }

  /** The text ends a turn, so its end is what comes next unless it is held back. */
  @Test
  void endsOfTurnsAreHeldBackUnderIgnoreEosToo() {
    String prompt =
        "<|im_start|>user\nIs it blue?<|im_end|>\n<|im_start|>assistant\nYes, it is blue.";
    TokenSequence tokens = tokenizer.encode(prompt, false);
    Set<Integer> ends = engine.model().endOfTurnTokens();
    SamplingParameters.Builder sampling = SamplingParameters.builder().ignoreEos(true).maxTokens(4);
    assertThat(ends).contains(first(tokens, sampling.build()).tokens().get(0));
    for (int least = 1; least <= 4; least++) {
      TokenSequence output = first(tokens, sampling.minTokens(least).build()).tokens();
      assertThat(output.length()).isEqualTo(4);
      for (int i = 0; i < least; i++) {
        assertThat(ends).as("token %d of at least %d", i, least).doesNotContain(output.get(i));
      }
    }
  }

  private static Sample first(TokenSequence prompt, SamplingParameters sampling) {
    return engine.generate(GenerationRequest.of(prompt, sampling)).join().first();
  }

  /** The last token of a word is barred in the tokenizer's spelling of the word, and no other. */
  @Test
  void badWordsBarTheTokensOfVllmAlone() {
    int door = 1584; // " door", one token, while "door" is two
    assertThat(firstTokens(DOG, List.of("door"))).containsKey(door);
    assertThat(firstTokens(DOG, List.of(" door"))).containsKey(door);
    // "The" and " The" are one token each.
    String cats = "The cat sat. The cat ran.";
    int the = tokenizer.encode(" The", false).get(0);
    assertThat(firstTokens(cats, List.of())).containsKey(the);
    assertThat(firstTokens(cats, List.of("The"))).doesNotContainKey(the);
    assertThat(firstTokens(cats, List.of("\u00a0 The"))).doesNotContainKey(the);
    // White space alone bars itself, and no space.
    int space = tokenizer.encode(" ", false).get(0);
    assertThat(firstTokens("The sky is blue.", List.of("\n"))).containsKey(space);
    assertThat(firstTokens("The sky is blue.", List.of(" "))).doesNotContainKey(space);
  }

  private static Map<Integer, Integer> firstTokens(String prompt, List<String> badWords) {
    SamplingParameters sampling =
        SamplingParameters.builder().temperature(1).badWords(badWords).maxTokens(1).n(512).build();
    Map<Integer, Integer> counts = new HashMap<>();
    generate(prompt, sampling).samples().stream()
        .map(sample -> sample.tokens().length() == 0 ? -1 : sample.tokens().get(0))
        .collect(Collectors.toList())
        .forEach(token -> counts.merge(token, 1, Integer::sum));
    return counts;
  }

  @Test
  void samplesOfTemperature0AreEqual() {
    List<Sample> samples =
        generate(DOG, SamplingParameters.builder().maxTokens(5).n(3).build()).samples();
    assertThat(samples).hasSize(3).allMatch(sample -> sample.equals(samples.get(0)));
  }

  /** Far below vLLM's least temperature the most probable token is all that is left. */
  @Test
  void lowTemperaturesAreTakenAsTheyAre() {
    for (double temperature : new double[] {1e-6, 1e-3, 0.0099}) {
      SamplingParameters sampling =
          SamplingParameters.builder().temperature(temperature).maxTokens(1).n(64).build();
      assertThat(generate(DOG, sampling).samples()).allMatch(s -> s.tokens().get(0) == 1584);
    }
  }

  @Test
  void extremeParametersStayNumbers() {
    TokenSequence prompt = tokenizer.encode(DOG, false);
    for (double scale : new double[] {1e-6, 1e6}) {
      for (double bias : new double[] {-1e6, 1e6}) {
        for (double temperature : new double[] {0, scale}) {
          SamplingParameters sampling =
              SamplingParameters.builder()
                  .temperature(temperature)
                  .repetitionPenalty(scale)
                  .logitBias(Map.of(1584, bias, 5, bias))
                  .presencePenalty(2)
                  .frequencyPenalty(-2)
                  .maxTokens(4)
                  .ignoreEos(true)
                  .build();
          assertThat(first(prompt, sampling).generatedTokens()).isEqualTo(4);
        }
      }
    }
  }
}
