package dev.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.engine.cpu.CpuBackend;
import org.junit.jupiter.api.Test;

class DtypeTest {
  private static final EngineOptions CPU = EngineOptions.defaults();
  private static final EngineOptions GPU = CPU.withDevice("cuda:0");

  @Test
  void autoIsFloat32OnTheCpuAndBfloat16OnAGpu() {
    assertThat(CPU.computedIn()).isEqualTo(Dtype.FLOAT32);
    assertThat(GPU.computedIn()).isEqualTo(Dtype.BFLOAT16);
    assertThat(GPU.withDtype(Dtype.FLOAT32).computedIn()).isEqualTo(Dtype.FLOAT32);
  }

  @Test
  void theModelsHashNamesWhatChangesOutputsAndNothingElse() {
    assertThat(Engines.hash("abc", CPU)).isEqualTo("abc");
    assertThat(Engines.hash("abc", CPU.withDtype(Dtype.FLOAT32))).isEqualTo("abc");
    assertThat(Engines.hash("abc", GPU.withDtype(Dtype.BFLOAT16))).isEqualTo("abc");
    assertThat(Engines.hash("abc", GPU.withDtype(Dtype.FLOAT32))).isEqualTo("abc-float32");
    assertThat(Engines.hash("abc", CPU.withWeights(WeightFormat.INT8))).isEqualTo("abc-int8");
  }

  @Test
  void theCpuRefusesBfloat16ByName() {
    assertThatThrownBy(() -> CpuBackend.open(CPU.withDtype(Dtype.BFLOAT16)))
        .isInstanceOfSatisfying(
            EngineException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.DEVICE_UNAVAILABLE))
        .hasMessageContaining("bfloat16");
  }
}
