package dev.espalier.engine.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

final class SoftmaxTest {

  @Test
  void exponentialIsWithinTwoUnitsInTheLastPlace() {
    for (float x = 0; x >= -87; x -= 0.0037f) {
      float expected = (float) StrictMath.exp(x);
      assertThat(Softmax.exp(x)).isCloseTo(expected, within(2 * Math.ulp(expected)));
    }
    assertThat(Softmax.exp(0)).isEqualTo(1);
    assertThat(Softmax.exp(-87.5f)).isZero();
    assertThat(Softmax.exp(Float.NEGATIVE_INFINITY)).isZero();
    assertThat(Softmax.exp(Float.NaN)).isNaN();
  }

  @Test
  void theSumAgreesWithDoublePrecision() {
    Random random = new Random(1);
    for (int size : new int[] {1, 2, 3, 4, 5, 7, 8, 63, 1000, 8192}) {
      float[] logits = new float[size + 3];
      double sum = 0;
      float largest = Float.NEGATIVE_INFINITY;
      for (int i = 0; i < size; i++) {
        logits[3 + i] = (float) (random.nextGaussian() * 5);
        sum += StrictMath.exp(logits[3 + i]);
        largest = Math.max(largest, logits[3 + i]);
      }
      assertThat(largest + StrictMath.log(Softmax.sumExp(logits, 3, size, largest)))
          .isCloseTo(StrictMath.log(sum), within(1e-6));
    }
  }
}
