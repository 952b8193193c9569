package dev.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FiguresTest {

  @Test
  void thingsAreOneOrMany() {
    assertThat(Figures.count(0, "row")).isEqualTo("0 rows");
    assertThat(Figures.count(1, "row")).isEqualTo("1 row");
    assertThat(Figures.count(2, "opening token")).isEqualTo("2 opening tokens");
    assertThat(Figures.count(2, "query")).isEqualTo("2 queries");
    assertThat(Figures.count(2, "day")).isEqualTo("2 days");
  }

  @Test
  void percentagesClaimAllAndNothingOnlyWhereThatIsSo() {
    assertThat(Figures.percent(0, 10)).isEqualTo("0%");
    assertThat(Figures.percent(10, 10)).isEqualTo("100%");
    assertThat(Figures.percent(9, 8)).isEqualTo("100%"); // once printed as 112.50%
    assertThat(Figures.percent(0, 0)).isEqualTo("100%");
    assertThat(Figures.percent(1, 3)).isEqualTo("33.33%");
    assertThat(Figures.percent(1, 1_000_000)).isEqualTo("0.01%");
    assertThat(Figures.percent(999_999, 1_000_000)).isEqualTo("99.99%");
    Random random = new Random(5);
    for (int i = 0; i < 10_000; i++) {
      long whole = 1 + random.nextLong(1L << (1 + random.nextInt(50)));
      long part = random.nextLong(whole);
      double shown = Double.parseDouble(Figures.percent(part, whole).replace("%", ""));
      assertThat(shown == 0).isEqualTo(part == 0);
      assertThat(shown).isLessThan(100);
      if (part > 0) {
        assertThat(Math.abs(shown - 100.0 * part / whole)).isLessThanOrEqualTo(0.01);
      }
    }
  }

  @Test
  void fractionsReadAsTheyAreWritten() {
    assertThat(Figures.percent(0.001)).isEqualTo("0.1%");
    assertThat(Figures.percent(0.0)).isEqualTo("0%");
    assertThat(Figures.percent(1.0)).isEqualTo("100%");
    assertThat(Figures.percent(0.05)).isEqualTo("5%");
    assertThat(Figures.percent(0.2)).isEqualTo("20%");
  }

  @Test
  void durationsHaveTheUnitThatFits() {
    assertThat(Figures.duration(0)).isEqualTo("0.1 s");
    assertThat(Figures.duration(9.94)).isEqualTo("9.9 s");
    assertThat(Figures.duration(9.96)).isEqualTo("10 s");
    assertThat(Figures.duration(59.4)).isEqualTo("59 s");
    assertThat(Figures.duration(59.6)).isEqualTo("1 min 0 s");
    assertThat(Figures.duration(200)).isEqualTo("3 min 20 s");
    assertThat(Figures.duration(3599.6)).isEqualTo("1 h 0 min");
    assertThat(Figures.duration(9000)).isEqualTo("2 h 30 min");
  }

  @Test
  void aRateOfSomethingIsNeverNothing() {
    assertThat(Figures.rate(1000, 10, "row")).isEqualTo("100 rows/s");
    assertThat(Figures.rate(31, 10, "row")).isEqualTo("3.1 rows/s");
    assertThat(Figures.rate(1, 60, "row")).isEqualTo("1.0 rows/min");
    assertThat(Figures.rate(1, 3600, "row")).isEqualTo("1.0 rows/h");
    assertThat(Figures.rate(1, 0, "row")).isEqualTo("1000 rows/s");
    for (double seconds = 0.001; seconds < 1e7; seconds *= 3) {
      String rate = Figures.rate(1, seconds, "row");
      assertThat(Double.parseDouble(rate.replaceAll(" .*", ""))).as(rate).isPositive();
    }
  }

  @Test
  void figuresDoNotDependOnTheLocale() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.GERMANY);
      assertThat(Figures.percent(1, 3)).isEqualTo("33.33%");
      assertThat(Figures.duration(1.5)).isEqualTo("1.5 s");
    } finally {
      Locale.setDefault(before);
    }
  }
}
