package dev.espalier.io.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExternalSorterTest {
  @ParameterizedTest
  @ValueSource(longs = {1, 100, 1_000, 10_000, 1 << 30})
  void anyMemoryGivesTheSameOrder(long memoryBytes) throws IOException {
    Random random = new Random(5);
    List<byte[]> keys = new ArrayList<>();
    try (ExternalSorter sorter = new ExternalSorter(memoryBytes)) {
      for (int i = 0; i < 300; i++) {
        byte[] key = new byte[1 + random.nextInt(20)];
        random.nextBytes(key);
        keys.add(key);
        // Values of up to 300 kB cross the edges of the merge's buffers.
        byte[] value = Arrays.copyOf(key, i % 50 == 0 ? 300_000 : key.length);
        sorter.add(key, value);
      }
      keys.sort(Arrays::compareUnsigned);
      List<String> sorted = new ArrayList<>();
      ExternalSorter.Sorted entries = sorter.sorted();
      for (var entry = entries.next(); entry.isPresent(); entry = entries.next()) {
        byte[] key = entry.get().key();
        assertThat(Arrays.copyOf(entry.get().value(), key.length)).isEqualTo(key);
        sorted.add(HexFormat.of().formatHex(key));
      }
      assertThat(sorted).isEqualTo(keys.stream().map(HexFormat.of()::formatHex).toList());
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 1 << 20})
  void nothingSortsToNothing(long memoryBytes) throws IOException {
    try (ExternalSorter sorter = new ExternalSorter(memoryBytes)) {
      assertThat(sorter.sorted().next()).isEmpty();
    }
  }
}
