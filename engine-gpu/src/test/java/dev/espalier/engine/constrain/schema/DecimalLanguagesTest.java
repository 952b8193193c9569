package dev.espalier.engine.constrain.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.espalier.engine.constrain.automaton.CompilationBudget;
import dev.espalier.engine.constrain.automaton.Dfa;
import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DecimalLanguagesTest {

  /** Few digits, so that numbers often agree in some of them. */
  private static String number(Random random) {
    StringBuilder text = new StringBuilder(random.nextInt(3) == 0 ? "-" : "");
    text.append(random.nextInt(3) == 0 ? "0" : "" + (1 + random.nextInt(3)));
    if (text.charAt(text.length() - 1) != '0') {
      for (int i = random.nextInt(3); i > 0; i--) {
        text.append(random.nextInt(2) * 9 % 10);
      }
    }
    if (random.nextBoolean()) {
      text.append('.');
      for (int i = random.nextInt(4); i >= 0; i--) {
        text.append("0159".charAt(random.nextInt(4)));
      }
    }
    return text.toString();
  }

  private static void check(Dfa language, String text, boolean expected, Object name) {
    if (language.matches(text) != expected) {
      fail("%s on %s: expected %s", name, text, expected);
    }
  }

  @Test
  void bounds_agree_with_arithmetic() {
    Random random = new Random(8);
    for (int i = 0; i < 400; i++) {
      NumberFacts.Bound bound =
          new NumberFacts.Bound(
              new BigDecimal(number(random)), random.nextBoolean(), random.nextBoolean());
      Dfa language =
          DecimalLanguages.PLAIN.intersect(
              DecimalLanguages.within(bound, CompilationBudget.ofConstraint()));
      for (int j = 0; j < 200; j++) {
        String text = number(random);
        check(language, text, bound.holds(new BigDecimal(text)), bound);
      }
      String itself = bound.value().toPlainString();
      check(language, itself, bound.inclusive(), bound);
      check(language, bound.value().setScale(9).toPlainString(), bound.inclusive(), bound);
    }
  }

  @Test
  void large_and_tiny_bounds_keep_all_their_digits() {
    for (String value : new String[] {"1e40", "-12345678901234567890.5", "1e-30", "0", "-0.0"}) {
      BigDecimal number = new BigDecimal(value);
      NumberFacts.Bound above = new NumberFacts.Bound(number, true, false);
      Dfa language =
          DecimalLanguages.PLAIN.intersect(
              DecimalLanguages.within(above, CompilationBudget.ofConstraint()));
      BigDecimal step = new BigDecimal("1e-40");
      check(language, number.toPlainString(), false, above);
      check(language, number.add(step).toPlainString(), true, above);
      check(language, number.subtract(step).toPlainString(), false, above);
    }
  }

  @Test
  void multiples_agree_with_arithmetic() {
    Random random = new Random(9);
    for (String divisor :
        new String[] {"1", "7", "12", "0.01", "2.5", "0.125", "100", "0.7", "1e3"}) {
      BigDecimal of = new BigDecimal(divisor);
      Dfa language =
          DecimalLanguages.PLAIN.intersect(
              DecimalLanguages.multiplesOf(of, CompilationBudget.ofConstraint()));
      for (int i = 0; i < 400; i++) {
        String text = number(random);
        check(language, text, new BigDecimal(text).remainder(of).signum() == 0, divisor);
        BigDecimal multiple = of.multiply(BigDecimal.valueOf(random.nextInt(20_000) - 10_000));
        check(language, multiple.toPlainString(), true, divisor);
      }
    }
  }

  @Test
  void all_spellings_of_a_number_are_known() {
    Dfa five = DecimalLanguages.spellings(new BigDecimal("5.0"), CompilationBudget.ofConstraint());
    assertThat(five.matches("5") && five.matches("5.00")).isTrue();
    assertThat(five.matches("5.01") || five.matches("50") || five.matches("5.")).isFalse();
    Dfa half = DecimalLanguages.spellings(new BigDecimal("-0.5"), CompilationBudget.ofConstraint());
    assertThat(half.matches("-0.5") && half.matches("-0.500")).isTrue();
    assertThat(half.matches("0.5") || half.matches("-0.05") || half.matches("-0")).isFalse();
  }
}
