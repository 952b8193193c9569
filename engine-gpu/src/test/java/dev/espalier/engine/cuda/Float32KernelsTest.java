package dev.espalier.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.model.ElementType;
import java.util.List;
import org.junit.jupiter.api.Test;

class Float32KernelsTest {
  // Of a block on GPUs of compute capability 8.6, 8.9 and 12.0.
  private static final int LEAST_SHARED = 99 * 1024;
  private static final int STATIC_SHARED = 5 * 1024;

  @Test
  void weightsKeepEveryValueInAsFewBytesAsTheyCan() {
    assertThat(Float32Kernels.element(List.of(ElementType.BF16, ElementType.BF16)))
        .isEqualTo(TokenMatrix.Element.BF16);
    assertThat(Float32Kernels.element(List.of(ElementType.BF16, ElementType.F32)))
        .isEqualTo(TokenMatrix.Element.F32);
    assertThat(Float32Kernels.element(List.of(ElementType.F16))).isEqualTo(TokenMatrix.Element.F32);
  }

  @Test
  void tilesAreForProductsThatFillTheGpu() {
    assertThat(Float32Products.tilesPay(4096, 8, 132)).isFalse();
    assertThat(Float32Products.tilesPay(28672, 32, 132)).isFalse();
    assertThat(Float32Products.tilesPay(4096, 128, 132)).isFalse();
    assertThat(Float32Products.tilesPay(4096, 256, 132)).isTrue();
    assertThat(Float32Products.tilesPay(28672, 128, 132)).isTrue();
    assertThat(Float32Products.tilesPay(4096, 4096, 132)).isTrue();
    assertThat(Float32Products.tilesPay(128_256, 256, 132)).isTrue();
  }

  @Test
  void attentionFitsTheSharedMemoryOfEveryGpu() {
    for (int columns : new int[] {64, 128, 256}) {
      assertThat(AttentionCode.floatSharedBytes(columns) + STATIC_SHARED)
          .isLessThanOrEqualTo(LEAST_SHARED);
    }
  }
}
