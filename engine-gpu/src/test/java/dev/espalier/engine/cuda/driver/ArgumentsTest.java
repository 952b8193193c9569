package dev.espalier.engine.cuda.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class ArgumentsTest {

  @Test
  void everyArgumentLiesAtAMultipleOfItsSize() {
    Arguments arguments = new Arguments().begin().add(1).add(2L).add(3f).add((DeviceBuffer) null);
    assertThat(arguments.offsets()).containsExactly(0, 8, 16, 24);
    ByteBuffer bytes = arguments.bytes();
    assertThat(bytes.remaining()).isEqualTo(32);
    assertThat(bytes.getInt(0)).isEqualTo(1);
    assertThat(bytes.getLong(8)).isEqualTo(2);
    assertThat(bytes.getFloat(16)).isEqualTo(3);
    assertThat(bytes.getLong(24)).isZero();
  }

  @Test
  void aStructureIsOneArgumentWithItsFieldsSideBySide() {
    Arguments arguments = new Arguments().begin().add(1).addStructure().field(2).field(0.5f);
    assertThat(arguments.offsets()).containsExactly(0, 8);
    assertThat(arguments.bytes().getInt(8)).isEqualTo(2);
    assertThat(arguments.bytes().getFloat(12)).isEqualTo(0.5f);
  }

  @Test
  void aPointerAtAnOddPlaceInAStructureIsRefused() {
    Arguments arguments = new Arguments().begin().addStructure().field(1);
    assertThatThrownBy(() -> arguments.field((DeviceBuffer) null))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void beginForgetsTheLastLaunch() {
    Arguments arguments = new Arguments().begin().add(1L).add(2L);
    assertThat(arguments.begin().add(7).offsets()).containsExactly(0);
    assertThat(arguments.bytes().remaining()).isEqualTo(4);
  }
}
