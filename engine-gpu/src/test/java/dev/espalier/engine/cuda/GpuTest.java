package dev.espalier.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** When a test that needs a GPU may be skipped. */
class GpuTest {

  @Test
  void onlyABuildOfEverythingSkipsWhatNeedsAGpu() {
    assertThat(required(Map.of())).isFalse();
    assertThat(required(Map.of("test", "!SlowTest, !OtherTest"))).isFalse();
    assertThat(required(Map.of("groups", "long"))).isFalse();
    assertThat(required(Map.of("test", "CudaSamplerTest"))).isTrue();
    assertThat(required(Map.of("test", "!SlowTest, Cuda*Test#few*"))).isTrue();
    assertThat(required(Map.of("groups", "sanitizer"))).isTrue();
    assertThat(required(Map.of("espalier.gpu", "required"))).isTrue();
  }

  private static boolean required(Map<String, String> properties) {
    return Gpu.isRequired(properties::get);
  }
}
