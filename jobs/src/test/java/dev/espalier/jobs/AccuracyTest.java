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
    Map<String, Object> answers = Map.of("a", "3", "b", "x", "c", "no");
    Accuracy.Tally tally = new Accuracy.Tally("column");
    gold.forEach((id, label) -> tally.add(label, answers.get(id)));
    Accuracy accuracy = tally.total();
    assertThat(accuracy).isEqualTo(new Accuracy("column", 4, 2, 1));
    assertThat(accuracy.fraction()).isEqualTo(0.5);
    // The sample standard deviation of 1, 1, 0, 0 is sqrt(1/3); over sqrt(4).
    assertThat(accuracy.standardError()).isCloseTo(Math.sqrt(1.0 / 3) / 2, within(1e-12));
  }

  @Test
  void nothingToCompareIsNoDivisionByZero() {
    assertThat(new Accuracy.Tally("column").total().fraction()).isZero();
    assertThat(new Accuracy.Tally("column").total().standardError()).isNaN();
  }

  @Test
  void numbersAreComparedAsNumbersAndTextsAsTexts() {
    assertThat(alike(3L, 3.0)).isTrue();
    assertThat(alike("3.0", 3L)).isTrue();
    assertThat(alike(0.1, "0.10")).isTrue();
    assertThat(alike("3.0", "3")).isFalse();
    assertThat(alike(true, "true")).isTrue();
    assertThat(alike(3L, "three")).isFalse();
    assertThat(alike(1L, "1e999999999")).isFalse();
  }

  private static boolean alike(Object label, Object answer) {
    Accuracy.Tally tally = new Accuracy.Tally("column");
    tally.add(label, answer);
    return tally.total().correct() == 1;
  }
}
