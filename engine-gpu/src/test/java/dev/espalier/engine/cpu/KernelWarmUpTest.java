package dev.espalier.engine.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.WeightFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KernelWarmUpTest {

  /** Told by what a thread allocates: a vector that is not in a register is an object. */
  @ParameterizedTest
  @EnumSource(WeightFormat.class)
  void theCompilerKeepsTheVectorsOfEveryLoopInRegisters(WeightFormat format) {
    assertThat(KernelWarmUp.run(format)).isEmpty();
  }
}
