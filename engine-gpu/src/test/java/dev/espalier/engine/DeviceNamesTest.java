package dev.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class DeviceNamesTest {

  @Test
  void eachDeviceHasItsName() {
    assertThat(DeviceNames.of("cpu")).isEqualTo(List.of("cpu"));
    assertThat(DeviceNames.of("cuda:0")).isEqualTo(List.of("cuda:0"));
    assertThat(DeviceNames.of("cuda:3,cuda:0, cuda:11"))
        .isEqualTo(List.of("cuda:3", "cuda:0", "cuda:11"));
    assertThat(DeviceNames.of("cuda:*")).isEqualTo(List.of("cuda:*"));
  }

  @Test
  void whatIsNoListOfDifferentDevicesIsRefused() {
    for (String wrong :
        List.of(
            "",
            "gpu",
            "cuda",
            "cuda:",
            "cuda:x",
            "cuda:0,",
            "cuda:0,cpu",
            "cuda:0,cuda:0",
            "cuda:*,cuda:0",
            "cpu,cpu",
            "cuda:-1",
            "cuda:1000")) {
      assertThatThrownBy(() -> DeviceNames.of(wrong))
          .as(wrong)
          .isInstanceOf(EngineException.class)
          .hasMessageContaining(wrong);
    }
  }
}
