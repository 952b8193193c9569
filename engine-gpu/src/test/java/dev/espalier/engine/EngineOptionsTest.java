package dev.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class EngineOptionsTest {

  @Test
  void sizesBeyondTheirBoundsAreReportedTogether() {
    assertThatThrownBy(
            () ->
                new EngineOptions(
                    Devices.CPU, Long.MAX_VALUE, Integer.MAX_VALUE, 1_000_000, 100_000))
        .hasMessage(
            "kvCacheBytes is 9223372036854775807 but must be from 0 (automatic) to 17592186044416;"
                + " maxBatchTokens is 2147483647 but must be from 1 to 65536; maxSequences is"
                + " 1000000 but must be from 1 to 16384; threads is 100000 but must be from 0"
                + " (automatic) to 1024");
    assertThatThrownBy(() -> new EngineOptions(Devices.CPU, -1, 0, 0, -1))
        .hasMessageContainingAll("kvCacheBytes", "maxBatchTokens", "maxSequences", "threads");
  }

  @Test
  void theBoundsThemselvesAreAllowed() {
    assertThat(
            new EngineOptions(
                    Devices.CPU,
                    EngineOptions.MOST_KV_CACHE_BYTES,
                    EngineOptions.MOST_BATCH_TOKENS,
                    EngineOptions.MOST_SEQUENCES,
                    EngineOptions.MOST_THREADS)
                .maxBatchTokens())
        .isEqualTo(65536);
  }
}
