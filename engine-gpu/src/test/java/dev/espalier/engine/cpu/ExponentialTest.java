package dev.espalier.engine.cpu;

import static dev.espalier.engine.cpu.Lanes.FLOATS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;

class ExponentialTest {

  @Test
  void expIsWithinTwoUnitsInTheLastPlace() {
    for (float x = -87; x < 88; x += 0.00917f) {
      float exact = (float) Math.exp(x);
      assertThat(exp(x)).as("exp(%s)", x).isCloseTo(exact, within(2 * Math.ulp(exact)));
    }
  }

  @Test
  void expOfZeroIsOneAndOfTheMaskIsZero() {
    assertThat(exp(0)).isEqualTo(1);
    assertThat(exp(-0.0f)).isEqualTo(1);
    assertThat(exp(Float.NEGATIVE_INFINITY)).isZero();
    assertThat(exp(-90)).isZero();
    assertThat(exp(Float.POSITIVE_INFINITY)).isFinite();
    assertThat(exp(Float.NaN)).isNaN();
  }

  @Test
  void tanhIsCloseEverywhere() {
    for (float x = -30; x < 30; x += 0.0031f) {
      float tanh = Exponential.tanh(FloatVector.broadcast(FLOATS, x)).lane(0);
      assertThat((double) tanh).as("tanh(%s)", x).isCloseTo(Math.tanh(x), within(2e-7));
    }
  }

  private static float exp(float x) {
    FloatVector result = Exponential.exp(FloatVector.broadcast(FLOATS, x));
    Float first = result.lane(0); // boxed, so that NaN equals NaN
    assertThat((Float) result.lane(FLOATS.length() - 1)).isEqualTo(first);
    return first;
  }
}
