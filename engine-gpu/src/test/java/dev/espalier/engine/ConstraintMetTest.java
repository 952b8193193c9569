package dev.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.GenerationResult.Sample;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Only a limit of tokens cuts a constrained output off, and then the result says so. */
class ConstraintMetTest {

  /**
   * @param isMet whether a text meets the constraint, by other means
   */
  private record Case(Constraint constraint, Predicate<String> isMet) {}

  private static final List<Case> CASES =
      List.of(
          new Case(new Constraint.Regex("[a-f]{3,6}( 1|2)"), t -> t.matches("[a-f]{3,6}( 1|2)")),
          new Case(
              new Constraint.Choice(List.of("stop", "stab", "st", "abcabcab")),
              Set.of("stop", "stab", "st", "abcabcab")::contains),
          new Case(
              new Constraint.JsonSchema("{\"type\": \"integer\", \"minimum\": 1111}"),
              t -> t.matches("[12]+") && Long.parseLong(t) >= 1111),
          new Case(
              new Constraint.Grammar("root ::= \"a\" root \"b\" | \"st\""),
              ConstraintMetTest::isNested));

  private static boolean isNested(String text) {
    int depth = (text.length() - 2) / 2;
    return text.length() >= 2 && text.equals("a".repeat(depth) + "st" + "b".repeat(depth));
  }

  private static List<Sample> samples(
      EngineFixture fixture, int prompt, Case tried, SamplingParameters.Builder sampling) {
    GenerationRequest request =
        GenerationRequest.of(
                TokenSequence.of(new int[prompt]), sampling.n(20).temperature(1).build())
            .withConstraint(tried.constraint())
            .withSeed(SeedPath.of(7));
    return fixture.engine.generate(request).join().samples();
  }

  private static void check(Sample sample, Case tried, int limit) {
    String described = tried.constraint() + " gave '" + sample.text() + "'";
    assertThat(sample.constraintMet()).as(described).isEqualTo(tried.isMet().test(sample.text()));
    if (!sample.constraintMet()) {
      assertThat(sample.finishReason()).as(described).isEqualTo(FinishReason.LENGTH);
      assertThat(sample.generatedTokens()).as(described).isEqualTo(limit);
    }
  }

  @Test
  void every_output_within_every_limit_says_whether_it_meets_its_constraint() {
    try (EngineFixture fixture = EngineFixture.ample()) {
      for (Case tried : CASES) {
        List<Boolean> met = new ArrayList<>();
        for (int limit = 1; limit <= 12; limit++) {
          for (Sample sample :
              samples(fixture, 3, tried, SamplingParameters.builder().maxTokens(limit))) {
            check(sample, tried, limit);
            met.add(sample.constraintMet());
          }
        }
        assertThat(met).as("of " + tried.constraint()).contains(true, false);
      }
    }
  }

  @Test
  void the_end_of_the_context_is_such_a_limit_too() {
    int context = 24;
    try (EngineFixture fixture = new EngineFixture(4000, 4, 512, 64, context)) {
      for (Case tried : CASES) {
        List<Boolean> met = new ArrayList<>();
        for (int prompt = 14; prompt < context; prompt++) {
          for (Sample sample :
              samples(fixture, prompt, tried, SamplingParameters.builder().maxTokens(1000))) {
            check(sample, tried, context - prompt);
            met.add(sample.constraintMet());
          }
        }
        assertThat(met).as("of " + tried.constraint()).contains(true, false);
      }
    }
  }

  @Test
  void no_stop_and_no_end_of_turn_ends_an_output_before_it_meets_its_constraint() {
    try (EngineFixture fixture = EngineFixture.ample()) {
      for (Case tried : CASES) {
        for (boolean includeStop : new boolean[] {true, false}) {
          Set<FinishReason> reasons = EnumSet.noneOf(FinishReason.class);
          SamplingParameters.Builder sampling =
              SamplingParameters.builder()
                  .maxTokens(40)
                  .stopStrings(List.of("a", "b", "2", "st", "1", "op"))
                  .stopRegex("[a-f]|.1")
                  .stopTokens(Set.of(SmallTokenizer.TURN))
                  .includeStop(includeStop);
          for (Sample sample : samples(fixture, 5, tried, sampling)) {
            check(sample, tried, 40);
            reasons.add(sample.finishReason());
          }
          assertThat(reasons)
              .as("of " + tried.constraint())
              .isNotEqualTo(Set.of(FinishReason.LENGTH));
        }
      }
    }
  }

  @Test
  void an_output_without_a_constraint_has_none_to_miss() {
    try (EngineFixture fixture = EngineFixture.ample()) {
      SamplingParameters sampling =
          SamplingParameters.builder().maxTokens(2).ignoreEos(true).build();
      Sample sample =
          fixture
              .engine
              .generate(GenerationRequest.of(TokenSequence.of(3), sampling))
              .join()
              .first();
      assertThat(sample.finishReason()).isEqualTo(FinishReason.LENGTH);
      assertThat(sample.constraintMet()).isTrue();
    }
  }
}
