package dev.espalier.engine.cuda.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Parts of an arena are aligned, lie apart, and leave no more room between them than that. */
class DeviceArenaTest {

  @Test
  void partsAreAlignedAndDoNotOverlap() {
    DeviceArena arena = new DeviceArena("the weights", "use another GPU");
    List<DeviceBuffer> parts = new ArrayList<>();
    long[] lengths = {1, 255, 256, 257, 4, 1L << 33, 100, 0, 7};
    for (long length : lengths) {
      parts.add(arena.reserve(length, length + " bytes"));
    }
    long end = 0;
    for (int i = 0; i < lengths.length; i++) {
      DeviceBuffer part = parts.get(i);
      assertThat(part.bytes()).isEqualTo(lengths[i]);
      assertThat(part.offset() % DeviceArena.ALIGNMENT).isZero();
      assertThat(part.offset() - end).isBetween(0L, DeviceArena.ALIGNMENT - 1L);
      end = part.offset() + lengths[i];
    }
    assertThat(arena.bytes() - end).isBetween(0L, DeviceArena.ALIGNMENT - 1L);
  }

  @Test
  void slicesOfAPartStayInIt() {
    DeviceArena arena = new DeviceArena("the weights", "use another GPU");
    arena.reserve(300, "first");
    DeviceBuffer part = arena.reserve(100, "second");
    assertThat(part.slice(40, 60).offset()).isEqualTo(512 + 40);
    assertThatThrownBy(() -> part.slice(40, 61)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void partsCannotBeUsedBeforeTheyHaveMemory() {
    DeviceBuffer part = new DeviceArena("the weights", "use another GPU").reserve(8, "a part");
    assertThatThrownBy(part::address).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(part::pointer).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aDeviceThatIsTooSmallIsToldWhatIsNeededAndWhatToDo() {
    DeviceArena arena = new DeviceArena("the weights", "use a GPU with more");
    arena.reserve(100, "model.norm.weight");
    arena.reserve(3L << 30, "lm_head.weight");
    arena.reserve(1000, "model.layers.0.mlp.down_proj.weight");
    assertThat(arena.message("cuda:0 (NVIDIA L4)", 12_345))
        .isEqualTo(
            "the weights need 3221226752 bytes in 3 parts, the largest 3221225472 for"
                + " lm_head.weight; cuda:0 (NVIDIA L4) has 12345 bytes free: use a GPU with more");
  }
}
