package dev.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AccuracyTest {

  @Test
  void labelsAreComparedAsTheyReadAndMissingAnswersAreWrong() {
    Map<String, Object> gold = new HashMap<>(Map.of("a", 3L, "b", "x", "c", "y", "d", "z"));
    gold.put("unlabelled", null);
    Accuracy accuracy = Accuracy.of("column", gold, Map.of("a", "3", "b", "x", "c", "no"));
    assertThat(accuracy).isEqualTo(new Accuracy("column", 4, 2, 1));
    assertThat(accuracy.fraction()).isEqualTo(0.5);
    // The sample standard deviation of 1, 1, 0, 0 is sqrt(1/3); over sqrt(4).
    assertThat(accuracy.standardError()).isCloseTo(Math.sqrt(1.0 / 3) / 2, within(1e-12));
  }

  @Test
  void nothingToCompareIsNoDivisionByZero() {
    assertThat(Accuracy.of("column", Map.of(), Map.of()).fraction()).isZero();
    assertThat(Accuracy.of("column", Map.of(), Map.of()).standardError()).isNaN();
  }
}
