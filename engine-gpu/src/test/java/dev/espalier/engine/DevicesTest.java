package dev.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class DevicesTest {

  @Test
  void eachDeviceHasItsName() {
    assertThat(Devices.of("cpu")).isEqualTo(Devices.CPU);
    assertThat(Devices.of("cpu").each()).isEqualTo(List.of(Devices.CPU));
    assertThat(Devices.of("cuda:0").gpus()).isEqualTo(List.of(0));
    assertThat(Devices.of("cuda:3,cuda:0, cuda:11").each())
        .isEqualTo(List.of(Devices.gpu(3), Devices.gpu(0), Devices.gpu(11)));
    assertThat(Devices.of("cuda:3,cuda:0, cuda:11")).hasToString("cuda:3,cuda:0,cuda:11");
    assertThat(Devices.of("cuda:*")).isEqualTo(Devices.ALL_GPUS);
    assertThat(Devices.of("cuda:*").each()).isEqualTo(List.of(Devices.ALL_GPUS));
    assertThat(Devices.of("cuda:*").kind()).isEqualTo(Devices.gpu(7).kind()).isEqualTo("cuda");
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
      assertThatThrownBy(() -> Devices.of(wrong))
          .as(wrong)
          .isInstanceOf(EngineException.class)
          .hasMessageContaining(wrong);
    }
  }

  @Test
  void devicesOverlapIfOneMayBeAmongBoth() {
    assertThat(Devices.CPU.overlap(Devices.CPU)).isTrue();
    assertThat(Devices.CPU.overlap(Devices.ALL_GPUS)).isFalse();
    assertThat(Devices.of("cuda:0,cuda:1").overlap(Devices.gpu(1))).isTrue();
    assertThat(Devices.of("cuda:0,cuda:1").overlap(Devices.gpu(2))).isFalse();
    assertThat(Devices.ALL_GPUS.overlap(Devices.gpu(7))).isTrue();
    assertThat(Devices.gpu(7).overlap(Devices.ALL_GPUS)).isTrue();
  }
}
