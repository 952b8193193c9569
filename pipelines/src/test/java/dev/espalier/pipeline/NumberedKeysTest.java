package dev.espalier.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.beam.sdk.util.CoderUtils;
import org.junit.jupiter.api.Test;

class NumberedKeysTest {
  private record Hashed(int workers) implements KeyPartitioner {
    @Override
    public int workerOf(byte[] key) {
      return Math.floorMod((0x9E3779B9 * Arrays.hashCode(key)) >>> 8, workers);
    }
  }

  @Property
  void eachWorkerGetsNeighboursAndAsManyAsAnyOtherOrOneMore(
      @ForAll @IntRange(min = 1, max = 300) int count,
      @ForAll @IntRange(min = 1, max = 40) int workers)
      throws IOException {
    NumberedKeys keys = new NumberedKeys(count, new Hashed(workers));
    int[] numbers = new int[workers];
    int last = 0;
    Set<NumberedKey> distinct = new HashSet<>();
    for (int number = 0; number < count; number++) {
      NumberedKey key = keys.of(number);
      assertThat(key.number()).isEqualTo(number);
      assertThat(keys.of(number)).isEqualTo(key);
      distinct.add(key);
      byte[] bytes = CoderUtils.encodeToByteArray(NumberedKey.CODER, key);
      assertThat(NumberedKey.CODER.decode(new ByteArrayInputStream(bytes))).isEqualTo(key);
      int worker = new Hashed(workers).workerOf(bytes);
      assertThat(worker).isGreaterThanOrEqualTo(last);
      last = worker;
      numbers[worker]++;
    }
    assertThat(distinct).hasSize(count);
    assertThat(Arrays.stream(numbers).max().orElseThrow())
        .isLessThanOrEqualTo(Arrays.stream(numbers).min().orElseThrow() + 1);
  }

  @Test
  void aPartitionerThatLeadsNowhereStillGivesEachNumberItsKey() {
    KeyPartitioner stuck =
        new KeyPartitioner() {
          @Override
          public int workers() {
            return 3;
          }

          @Override
          public int workerOf(byte[] key) {
            return 0;
          }
        };
    assertThat(new NumberedKeys(3, stuck).of(2)).isEqualTo(new NumberedKey(2, 0));
  }
}
