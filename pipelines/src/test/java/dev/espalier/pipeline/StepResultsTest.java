package dev.espalier.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.Constraint;
import dev.espalier.engine.FinishReason;
import dev.espalier.engine.GenerationRequest;
import dev.espalier.engine.GenerationResult;
import dev.espalier.engine.SamplingParameters;
import dev.espalier.engine.ScoreRequest;
import dev.espalier.engine.ScoreResult;
import dev.espalier.engine.SeedPath;
import dev.espalier.engine.TokenLogprob;
import dev.espalier.engine.TokenSequence;
import dev.espalier.row.StepRecord;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StepResultsTest {
  private static final TokenSequence PROMPT = TokenSequence.of(1, 2, 300);

  private static String key(GenerationRequest request) {
    return StepKey.of("model", request);
  }

  private static GenerationRequest request(SamplingParameters sampling) {
    return GenerationRequest.of(PROMPT, sampling).withSeed(new SeedPath(7, "r1", "reply"));
  }

  @Test
  void aKeyTellsAllThatDecidesAResultAndNothingElse() {
    SamplingParameters sampled = SamplingParameters.builder().temperature(1).build();
    SamplingParameters greedy = SamplingParameters.builder().temperature(0).build();
    GenerationRequest one = request(sampled);
    Set<String> keys = new HashSet<>();
    keys.add(key(one));
    keys.add(StepKey.of("another model", one));
    keys.add(key(one.withSeed(new SeedPath(8, "r1", "reply"))));
    keys.add(key(one.withSeed(new SeedPath(7, "r2", "reply"))));
    keys.add(key(one.withSeed(new SeedPath(7, "r1", "reply#2"))));
    keys.add(key(one.withConstraint(new Constraint.Regex("[ab]"))));
    keys.add(key(one.withConstraint(new Constraint.Grammar("[ab]"))));
    keys.add(key(one.withConstraint(new Constraint.Choice(List.of("a", "b")))));
    keys.add(key(one.withConstraint(new Constraint.Choice(List.of("ab")))));
    keys.add(key(request(greedy)));
    keys.add(key(request(SamplingParameters.builder().temperature(1).maxTokens(5).build())));
    keys.add(
        key(request(SamplingParameters.builder().temperature(1).stopTokens(Set.of(4, 5)).build())));
    keys.add(key(GenerationRequest.of(TokenSequence.of(1, 2), sampled).withSeed(one.seed())));
    keys.add(StepKey.of("model", new ScoreRequest(PROMPT, List.of(PROMPT), 1)));
    keys.add(StepKey.of("model", new ScoreRequest(PROMPT, List.of(PROMPT, PROMPT), 1)));
    assertThat(keys).hasSize(15);

    assertThat(key(one.withSession(9))).isEqualTo(key(one));
    assertThat(key(request(greedy).withSeed(new SeedPath(1, "other", "else"))))
        .as("greedy decoding needs no seed")
        .isEqualTo(key(request(greedy)));
  }

  @Test
  void resultsComeBackAsTheyWereButForTheCache() {
    TokenLogprob logprob =
        new TokenLogprob(5, -0.25f, List.of(new TokenLogprob.Alternative(6, -1.5f)));
    GenerationResult.Sample sample =
        new GenerationResult.Sample(
            TokenSequence.of(5, 128_000),
            "a\ud800",
            FinishReason.STOP,
            List.of(logprob),
            -0.1,
            3,
            false);
    GenerationResult generated =
        new GenerationResult(List.of(sample, sample), 3, 2, List.of(logprob));
    ScoreResult scored =
        new ScoreResult(
            List.of(new ScoreResult.Continuation(List.of(-1f, Float.NEGATIVE_INFINITY), true)),
            3,
            1);
    StepResults first = new StepResults("model", List.of());
    first.add("g", generated);
    first.add("s", scored);
    List<StepRecord> kept = first.computed();
    StepResults second = new StepResults("model", kept);
    assertThat(second.generated("g"))
        .contains(new GenerationResult(List.of(sample, sample), 3, 0, List.of(logprob)));
    assertThat(second.scored("s")).contains(new ScoreResult(scored.continuations(), 3, 0));
    assertThat(second.generated("absent")).isEmpty();
    assertThat(second.computed()).as("it computed nothing").isEmpty();
    StepRecord cut = new StepRecord("g", "gen", 3, 6, new byte[] {1, 2});
    assertThat(new StepResults("model", List.of(cut)).generated("g")).isEmpty();
  }
}
