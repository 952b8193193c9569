package dev.espalier.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.engine.EngineException;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.ErrorCode;
import dev.espalier.engine.WeightFormat;
import dev.espalier.engine.cuda.driver.CudaCalls;
import dev.espalier.engine.forward.ForwardBatch.PageCopy;
import java.util.List;
import jcuda.driver.CUresult;
import org.junit.jupiter.api.Test;

class CudaDeviceTest {

  @Test
  void aGpuThatIsNotThereIsUnavailableAndSaysWhy() {
    EngineOptions options = EngineOptions.defaults().withDevice("cuda:99");
    assertThatThrownBy(() -> CudaBackend.open(options))
        .isInstanceOfSatisfying(
            EngineException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.DEVICE_UNAVAILABLE);
              assertThat(e).hasMessageMatching("(?s).*(cuda:99|no GPU kernels).*");
            });
  }

  @Test
  void eightBitWeightsAreRefusedNotIgnored() {
    EngineOptions options =
        EngineOptions.defaults().withDevice("cuda:0").withWeights(WeightFormat.INT8);
    assertThatThrownBy(() -> CudaBackend.open(options))
        .isInstanceOfSatisfying(
            EngineException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.DEVICE_UNAVAILABLE))
        .hasMessageContaining("int8");
  }

  @Test
  void moreOrLessThanOneGpuIsRefused() {
    for (String devices : List.of("cpu", "cuda:*", "cuda:0,cuda:1")) {
      assertThatThrownBy(() -> CudaBackend.device(EngineOptions.defaults().withDevice(devices)))
          .isInstanceOf(EngineException.class)
          .hasMessage("device is " + devices + " but must be one GPU, such as cuda:0");
    }
  }

  @Test
  void returnCodesBecomeTheErrorsThatCallersActOn() {
    assertThat(CudaCalls.code(CUresult.CUDA_ERROR_OUT_OF_MEMORY))
        .isEqualTo(ErrorCode.OUT_OF_MEMORY);
    assertThat(CudaCalls.code(CUresult.CUDA_ERROR_NO_DEVICE))
        .isEqualTo(ErrorCode.DEVICE_UNAVAILABLE);
    assertThat(CudaCalls.code(CUresult.CUDA_ERROR_ILLEGAL_ADDRESS))
        .isEqualTo(ErrorCode.DEVICE_LOST);
    assertThat(CudaCalls.code(CUresult.CUDA_ERROR_INVALID_VALUE)).isEqualTo(ErrorCode.INTERNAL);
    assertThat(CudaCalls.message(CUresult.CUDA_ERROR_INVALID_VALUE, "cuLaunchKernelEx of embed"))
        .contains("cuLaunchKernelEx of embed", "CUDA_ERROR_INVALID_VALUE");
  }

  @Test
  void copiesThatTouchAPageOfAnEarlierOneWaitForIt() {
    PageCopy first = new PageCopy(1, 2, 5);
    assertThat(KeyValueCache.independent(List.of(first, new PageCopy(1, 3, 5)))).isEqualTo(2);
    assertThat(KeyValueCache.independent(List.of(first, new PageCopy(2, 3, 5)))).isEqualTo(1);
    assertThat(KeyValueCache.independent(List.of(first, new PageCopy(4, 1, 5)))).isEqualTo(1);
    assertThat(KeyValueCache.independent(List.of(first, new PageCopy(4, 2, 5)))).isEqualTo(1);
  }

  @Test
  void sharedMemoryStaysUnderWhatABlockMayHave() {
    for (int tokens : new int[] {8, 16}) {
      assertThat(2 * (HopperProducts.partialSharedBytes(tokens, 2) + 2048)).isLessThan(228 * 1024);
    }
    for (int tokens : new int[] {8, 16, 32, 64, 128, 192}) {
      assertThat(HopperProducts.partialSharedBytes(tokens, 1) + 512).isLessThan(227 * 1024);
    }
    for (List<ProductTile> tiles : List.of(ProductTile.SINGLE, ProductTile.CHUNKED)) {
      for (ProductTile tile : tiles) {
        assertThat(tile.sharedBytes() + 512).isLessThan(227 * 1024);
      }
    }
  }

  @Test
  void tilesAreChosenForTheFewestIdleMultiprocessors() {
    // 128 tiles fill 132 multiprocessors once.
    assertThat(ProductTile.fastest(ProductTile.CHUNKED, 4096, 512, 132))
        .isEqualTo(new ProductTile(128, 128));
    assertThat(ProductTile.fastest(ProductTile.CHUNKED, 6144, 64, 132))
        .isEqualTo(new ProductTile(64, 48));
    assertThat(ProductTile.fastest(ProductTile.SINGLE, 28672, 100, 132))
        .isEqualTo(new ProductTile(128, 224));
    // Twice 128 of 112 outputs, not 150 of 192, which take two rounds too.
    assertThat(ProductTile.fastest(ProductTile.SINGLE, 28672, 192, 132))
        .isEqualTo(new ProductTile(192, 112));
    // Many rounds: the widest loses the least beside its products.
    assertThat(ProductTile.fastest(ProductTile.SINGLE, 28672, 8192, 132))
        .isEqualTo(new ProductTile(128, 256));
  }

  @Test
  void everyProductHasATileThatHoldsItsTokensOrIsMeantForMany() {
    for (List<ProductTile> tiles : List.of(ProductTile.SINGLE, ProductTile.CHUNKED)) {
      for (int tokens : new int[] {1, 64, 65, 128, 129, 192, 193, 8192}) {
        for (int outputs : new int[] {8, 384, 4096, 28672, 151936}) {
          ProductTile tile = ProductTile.fastest(tiles, outputs, tokens, 132);
          assertThat(tile.tokens() >= tokens || tile.tokens() == 128).isTrue();
        }
      }
    }
  }

  @Test
  void chunksAreAConstantOfTheMatrixAndCoverItsInputs() {
    for (int outputs : new int[] {8, 1000, 4096, 6144, 28672, 128256}) {
      for (int inputs : new int[] {64, 384, 1000, 4096, 14336}) {
        PanelMatrix matrix = new PanelMatrix(outputs, inputs, outputs, false, null, null);
        assertThat(matrix.chunkPanels() * matrix.chunks()).isGreaterThanOrEqualTo(matrix.panels());
        assertThat(matrix.chunkPanels() * (matrix.chunks() - 1)).isLessThan(matrix.panels());
        assertThat(matrix.rows() % PanelMatrix.TILE).isZero();
      }
    }
  }
}
