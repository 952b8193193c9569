package dev.espalier.engine.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ExponentialTest {
  private final Exponential exponential = new Exponential();

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
      float[] values = new float[Lanes.ALIGNMENT];
      Arrays.fill(values, x);
      exponential.tanh(values, 0, values.length);
      float tanh = values[0];
      assertThat((double) tanh).as("tanh(%s)", x).isCloseTo(Math.tanh(x), within(2e-7));
    }
  }

  @Test
  void everyValueOfALongArrayIsThatOfItsOwn() {
    float[] values = new float[1040];
    for (int i = 0; i < values.length; i++) {
      values[i] = (i - 500) * 0.11f;
    }
    float[] all = values.clone();
    exponential.exp(all, 16, 1008);
    for (int i = 0; i < values.length; i++) {
      assertThat(all[i]).isEqualTo(i < 16 || i >= 1024 ? values[i] : exp(values[i]));
    }
  }

  private float exp(float x) {
    float[] values = new float[Lanes.ALIGNMENT];
    Arrays.fill(values, x);
    exponential.exp(values, 0, values.length);
    Float first = values[0]; // boxed, so that NaN equals NaN
    assertThat((Float) values[values.length - 1]).isEqualTo(first);
    return first;
  }
}
