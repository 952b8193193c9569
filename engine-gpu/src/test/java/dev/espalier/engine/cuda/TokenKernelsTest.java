package dev.espalier.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.engine.EngineException;
import dev.espalier.engine.ErrorCode;
import dev.espalier.engine.cuda.DeviceActivation.Layout;
import dev.espalier.engine.cuda.driver.Kernel;
import dev.espalier.engine.model.OperationsSubject.Tensor;
import org.junit.jupiter.api.Test;

class TokenKernelsTest {
  private static final int SHARED_BYTES = 101_376; // of compute capability 8.6

  @Test
  void rowsThatDoNotFitIntoSharedMemoryAreRefusedByName() {
    Kernel kernel = new Kernel("add_normalize", null, null, TokenKernels.THREADS, 0);
    TokenKernels kernels =
        new TokenKernels(Layout.PANELS, Layout.ROWS, SHARED_BYTES, kernel, kernel);
    Tensor tooLong = new Tensor("model.norm.weight", SHARED_BYTES / Float.BYTES, 1, 1);
    assertThatThrownBy(() -> kernels.reserve(tooLong))
        .isInstanceOfSatisfying(
            EngineException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.CHECKPOINT_INVALID))
        .hasMessageContainingAll("model.norm.weight", "25344", "101376");
  }
}
