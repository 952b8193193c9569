package dev.espalier.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.engine.EngineException;
import dev.espalier.engine.cuda.AttentionShape.Ring;
import dev.espalier.engine.cuda.driver.DeviceLimits;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeviceLimitsTest {
  // Shared memory of a block and of a multiprocessor, from the CUDA programming guide.
  private static final DeviceLimits A100 = DeviceLimits.of(80, 80, 108, 163 * 1024, 164 * 1024);
  private static final DeviceLimits L4 = DeviceLimits.of(89, 80, 58, 99 * 1024, 100 * 1024);
  private static final DeviceLimits H100 = DeviceLimits.of(90, 90, 132, 227 * 1024, 228 * 1024);
  private static final DeviceLimits B200 = DeviceLimits.of(100, 80, 148, 227 * 1024, 228 * 1024);

  @Test
  void hoppersInstructionsAreForHoppersOwnCode() {
    assertThat(H100.wgmma()).isTrue();
    assertThat(H100.dependentLaunch()).isTrue();
    DeviceLimits fromPtx = DeviceLimits.of(90, 80, 132, 227 * 1024, 228 * 1024);
    for (DeviceLimits limits : List.of(A100, L4, B200, fromPtx)) {
      assertThat(limits.wgmma()).isFalse();
      assertThat(limits.dependentLaunch()).isFalse();
    }
    assertThat(H100.withoutWgmma().wgmma()).isFalse();
    assertThat(H100.withoutWgmma().dependentLaunch()).isTrue();
  }

  @Test
  void narrowingNeverAddsSharedMemory() {
    assertThat(H100.withShared(99 * 1024, 100 * 1024).blockShared()).isEqualTo(99 * 1024);
    assertThat(L4.withShared(163 * 1024, 164 * 1024)).isEqualTo(L4);
  }

  @Test
  void blocksShareAMultiprocessorsMemoryWithWhatTheDriverKeepsOfIt() {
    assertThat(A100.blocksEach(81 * 1024)).isEqualTo(2);
    assertThat(A100.blocksEach(81 * 1024 + 16)).isEqualTo(1);
    assertThat(A100.blocksEach(163 * 1024)).isEqualTo(1);
    assertThat(A100.blocksEach(163 * 1024 + 16)).isZero();
  }

  @Test
  void attentionHoldsAsManyTilesAsThereIsRoomFor() {
    assertThat(AttentionShape.of(64, H100).few()).isEqualTo(new Ring(3, 51_200, 2));
    assertThat(AttentionShape.of(128, H100).few()).isEqualTo(new Ring(3, 102_400, 2));
    assertThat(AttentionShape.of(256, H100).few()).isEqualTo(new Ring(3, 204_800, 1));
    assertThat(AttentionShape.of(128, A100).few()).isEqualTo(new Ring(2, 69_632, 2));
    assertThat(AttentionShape.of(256, A100).few()).isEqualTo(new Ring(2, 139_264, 1));
    assertThat(AttentionShape.of(64, L4).few()).isEqualTo(new Ring(2, 34_816, 2));
    assertThat(AttentionShape.of(128, L4).few()).isEqualTo(new Ring(2, 69_632, 1));
    assertThat(AttentionShape.of(256, L4).few()).isEqualTo(new Ring(1, 73_728, 1));
    assertThat(AttentionShape.of(128, H100).many()).isEqualTo(new Ring(3, 115_712, 2));
    assertThat(AttentionShape.of(128, H100).wgmma()).isTrue();
    assertThat(AttentionShape.of(256, H100).wgmma()).isFalse();
    DeviceLimits portable = H100.withoutWgmma();
    assertThat(AttentionShape.of(128, portable).many()).isEqualTo(new Ring(2, 81_920, 2));
    assertThat(AttentionShape.of(128, portable).wgmma()).isFalse();
    assertThat(AttentionShape.of(128, L4).many()).isEqualTo(new Ring(2, 81_920, 1));
    assertThat(AttentionShape.of(256, A100).many()).isEqualTo(new Ring(2, 163_840, 1));
    assertThat(AttentionShape.of(256, L4).many()).isEqualTo(new Ring(1, 98_304, 1));
  }

  @Test
  void headsTakeTheNextLargerKernel() {
    assertThat(AttentionShape.of(8, L4).columns()).isEqualTo(64);
    assertThat(AttentionShape.of(72, L4).columns()).isEqualTo(128);
    assertThat(AttentionShape.of(136, L4).columns()).isEqualTo(256);
  }

  @Test
  void aGpuWithoutRoomForOneTileIsRefused() {
    DeviceLimits small = L4.withShared(64 * 1024, 64 * 1024);
    assertThatThrownBy(() -> AttentionShape.of(256, small))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("heads of 256 values")
        .hasMessageContaining("65536");
  }

  @Test
  void portableProductsFitEveryGpuThatThereIsCodeFor() {
    for (int tokens : new int[] {8, 16, 32, 64, 128, 256}) {
      for (DeviceLimits limits : List.of(A100, L4, H100, B200)) {
        assertThat(limits.blocksEach(PortableProducts.sharedBytes(tokens))).isPositive();
      }
    }
  }
}
