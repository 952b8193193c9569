package dev.espalier.engine.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.sample.Softmax;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The sum on vectors against its definition, bit for bit. */
class LanesSumExpTest {
  @Test
  void theBitsAreThoseOfTheDefinition() {
    LanesSumExp lanes = new LanesSumExp();
    Random random = new Random(1);
    for (int size : new int[] {1, 2, 3, 4, 5, 15, 16, 17, 511, 512, 513, 1000, 49_152, 49_155}) {
      for (float scale : new float[] {0, 0.01f, 1, 5, 40, 1000}) {
        float[] logits = new float[size + 3];
        for (int i = 0; i < logits.length; i++) {
          logits[i] = (float) random.nextGaussian() * scale;
        }
        check(lanes, logits, size);
        if (size > 1) {
          logits[3 + random.nextInt(size)] = Float.NEGATIVE_INFINITY;
          check(lanes, logits, size);
        }
      }
    }
  }

  /** Where the exponential's steps are, and next to them. */
  @Test
  void everyStepIsThatOfTheDefinition() {
    LanesSumExp lanes = new LanesSumExp();
    float[] logits = new float[16];
    for (float x = 0; x > -90; x = Math.nextDown(x) - 0.00037f) {
      logits[7] = x; // beside the largest, 0, which fifteen have
      assertThat(lanes.of(logits, 0, 16, 0)).isEqualTo(Softmax.sumExp(logits, 0, 16, 0));
    }
    for (int n = 0; n < 130; n++) {
      float step = (float) ((0.5 - n) / 1.442695);
      float x = Math.min(0, step);
      for (int i = 0; i < 20; i++) {
        logits[7] = x;
        assertThat(lanes.of(logits, 0, 16, 0)).isEqualTo(Softmax.sumExp(logits, 0, 16, 0));
        x = i < 10 ? Math.nextDown(x) : Math.min(0, Math.nextUp(i == 10 ? step : x));
      }
    }
  }

  @Test
  void whatIsNoNumberStaysNone() {
    LanesSumExp lanes = new LanesSumExp();
    float[] logits = new float[20];
    for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      logits[5] = value;
      assertThat(lanes.of(logits, 0, 20, value)).isNaN();
      assertThat(Softmax.sumExp(logits, 0, 20, value)).isNaN();
    }
  }

  private static void check(LanesSumExp lanes, float[] logits, int size) {
    float largest = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < size; i++) {
      largest = Math.max(largest, logits[3 + i]);
    }
    assertThat(lanes.of(logits, 3, size, largest))
        .as("%d logits", size)
        .isEqualTo(Softmax.sumExp(logits, 3, size, largest));
  }
}
