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
    assertThat(CPU.modelHash("abc")).isEqualTo("abc");
    assertThat(CPU.withDtype(Dtype.FLOAT32).modelHash("abc")).isEqualTo("abc");
    assertThat(GPU.withDtype(Dtype.BFLOAT16).modelHash("abc")).isEqualTo("abc");
    assertThat(GPU.withDtype(Dtype.FLOAT32).modelHash("abc")).isEqualTo("abc-float32");
    assertThat(CPU.withWeights(WeightFormat.INT8).modelHash("abc")).isEqualTo("abc-int8");
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
