package dev.espalier.engine.sample;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The known answers are those of the authors' library Random123, {@code kat_vectors}. */
final class PhiloxTest {

  @Test
  void answersAreThoseOfItsAuthors() {
    assertThat(Philox.words(0, 0, 0, 0, 0, 0))
        .containsExactly(0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8);
    assertThat(Philox.words(-1, -1, -1, -1, -1, -1))
        .containsExactly(0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd);
    assertThat(Philox.words(0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0))
        .containsExactly(0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1);
  }

  @Test
  void bitsAreTheFirstTwoWords() {
    assertThat(Philox.bits(0, 0)).isEqualTo(0xe169c58d6627e8d5L);
    assertThat(Philox.bits(0x299f31d0a4093822L, 7))
        .isEqualTo(
            (Philox.words(7, 0, 0, 0, 0xa4093822, 0x299f31d0)[0] & 0xffffffffL)
                | (long) Philox.words(7, 0, 0, 0, 0xa4093822, 0x299f31d0)[1] << 32);
  }
}
