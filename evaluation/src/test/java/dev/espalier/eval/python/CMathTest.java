package dev.espalier.eval.python;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** Against CPython on glibc; see {@code cmath_golden.py}. */
class CMathTest {

  private static void check(String function, DoubleUnaryOperator ours) throws IOException {
    JsonNode pairs = Golden.read("cmath.json").path(function);
    assertThat(pairs.size()).isGreaterThanOrEqualTo(300);
    for (JsonNode pair : pairs) {
      double x = pair.get(0).doubleValue();
      assertThat(ours.applyAsDouble(x))
          .as(function + " of " + x)
          .isEqualTo(pair.get(1).doubleValue());
    }
  }

  @Test
  void everyBitIsThatOfTheLibraryOfC() throws IOException {
    check("exp", CMath::exp);
    check("log", CMath::log);
    check("square", CMath::square);
  }

  @Test
  void theEndsAreThoseOfC() {
    assertThat(CMath.exp(710)).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(CMath.exp(-746)).isZero();
    assertThat(CMath.exp(Double.NEGATIVE_INFINITY)).isZero();
    assertThat(CMath.exp(0)).isEqualTo(1);
    assertThat(CMath.exp(Double.NaN)).isNaN();
    assertThat(CMath.log(0)).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(CMath.log(-1)).isNaN();
    assertThat(CMath.log(1)).isZero();
    assertThat(CMath.square(0)).isZero();
    assertThat(CMath.square(-3)).isEqualTo(9);
    assertThat(CMath.square(1e200)).isEqualTo(Double.POSITIVE_INFINITY);
  }
}
