package dev.espalier.jobs.estimate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.Dtype;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/** The model against what engines were measured to do: the README's figures of one H200. */
class RooflineTest {
  private static final DeviceSpec H200 = DeviceSpec.gpu("H200").orElseThrow();

  /** 32 layers of 8 key-value heads of 128 values. */
  private static final ModelCost LLAMA_8B = cost(7_504_658_432L, 32 * 2 * 8 * 128 * 2);

  /** 16 layers of 8 key-value heads of 64 values. */
  private static final ModelCost LLAMA_1B = cost(1_235_746_816L, 16 * 2 * 8 * 64 * 2);

  private static final Work LONG = new Work(256, 256 * 1024, 256 * 1024, 256 * 1024, 256);
  private static final Work SHORT = new Work(1024, 1024 * 128, 1024 * 128, 256 * 128, 256);
  private static final Work ONE = new Work(1, 128, 512, 128, 256);

  private static ModelCost cost(long parameters, long tokenBytes) {
    return new ModelCost(parameters, 2 * parameters, tokenBytes, Dtype.BFLOAT16);
  }

  @Test
  void aLlamaOfEightBillionIsWithinATenthOfItsMeasuredSpeed() {
    near(9_648, LLAMA_8B, LONG, 10);
    near(13_482, LLAMA_8B, groups(1024), 10);
    near(16_067, LLAMA_8B, SHORT, 10);
    near(229, LLAMA_8B, ONE, 10);
  }

  @Test
  void aLlamaOfOneBillionIsWithinAQuarter() {
    near(33_672, LLAMA_1B, LONG, 25);
    near(57_565, LLAMA_1B, groups(1024), 25);
    near(73_335, LLAMA_1B, SHORT, 25);
    near(1_004, LLAMA_1B, ONE, 25);
  }

  /** Groups of 16 that share 2,048 tokens, with 128 of their own and 256 generated. */
  private static Work groups(long rows) {
    return new Work(
        rows, rows / 16 * 2048 + rows * 128, rows * 256, 256 / 16 * 2048 + 256 * 128, 256);
  }

  private static void near(double tokensPerSecond, ModelCost model, Work work, int percent) {
    double estimate = work.generatedTokens() / Roofline.of(model, H200, 1, work).seconds();
    assertThat(estimate).isCloseTo(tokensPerSecond, Percentage.withPercentage(percent));
  }

  @Test
  void devicesShareTheWork() {
    double one = Roofline.of(LLAMA_8B, H200, 1, groups(8192)).seconds();
    double four = Roofline.of(LLAMA_8B, H200, 4, groups(8192)).seconds();
    assertThat(four).isCloseTo(one / 4, Percentage.withPercentage(1));
  }
}
