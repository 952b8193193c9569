package dev.espalier.row;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExternalSorterTest {
  @ParameterizedTest
  @CsvSource({"1, 300", "1000, 50", "10000, 5", "1073741824, 0"})
  void anyMemoryGivesTheSameOrder(long memoryBytes, int leastRuns) throws IOException {
    Random random = new Random(5);
    List<byte[]> keys = new ArrayList<>();
    try (ExternalSorter<byte[], byte[]> sorter = bytes(memoryBytes)) {
      for (int i = 0; i < 300; i++) {
        byte[] key = new byte[1 + random.nextInt(20)];
        random.nextBytes(key);
        keys.add(key);
        // Values of up to 300 kB cross the edges of the merge's buffers.
        byte[] value = Arrays.copyOf(key, i % 50 == 0 ? 300_000 : key.length);
        sorter.add(key, value);
      }
      keys.sort(Arrays::compareUnsigned);
      assertThat(sorter.runs()).isGreaterThanOrEqualTo(leastRuns);
      List<String> sorted = new ArrayList<>();
      for (Iterator<Map.Entry<byte[], byte[]>> entries = sorter.sorted(); entries.hasNext(); ) {
        Map.Entry<byte[], byte[]> entry = entries.next();
        byte[] key = entry.getKey();
        assertThat(Arrays.copyOf(entry.getValue(), key.length)).isEqualTo(key);
        sorted.add(HexFormat.of().formatHex(key));
      }
      assertThat(sorted).isEqualTo(keys.stream().map(HexFormat.of()::formatHex).toList());
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 1 << 20})
  void nothingSortsToNothing(long memoryBytes) throws IOException {
    try (ExternalSorter<byte[], byte[]> sorter = bytes(memoryBytes)) {
      assertThat(sorter.sorted()).isExhausted();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 200, 1 << 20})
  void theComparatorDecidesTheOrder(long memoryBytes) throws IOException {
    try (ExternalSorter<String, String> sorter =
        new ExternalSorter<>(
            Comparator.reverseOrder(), RowCoders.TEXT, RowCoders.TEXT, memoryBytes)) {
      for (String key : List.of("b", "d", "a", "\ud800", "c")) {
        sorter.add(key, key + key);
      }
      List<String> values = new ArrayList<>();
      sorter.sorted().forEachRemaining(entry -> values.add(entry.getValue()));
      assertThat(values).containsExactly("\ud800\ud800", "dd", "cc", "bb", "aa");
    }
  }

  @Test
  void aRunOnDiskHasNoName() throws IOException {
    try (ExternalSorter<String, String> sorter =
        new ExternalSorter<>(Comparator.naturalOrder(), RowCoders.TEXT, RowCoders.TEXT, 1)) {
      sorter.add("a", "b");
      assertThat(sorter.runs()).isEqualTo(1);
      assertThat(namedRuns()).isEmpty();
    }
  }

  private static List<Path> namedRuns() throws IOException {
    Path probe = Files.createTempFile("espalier-", ".probe");
    try (var files = Files.list(probe.getParent())) {
      return files.filter(file -> file.toString().endsWith(".sorted")).toList();
    } finally {
      Files.delete(probe);
    }
  }

  private static ExternalSorter<byte[], byte[]> bytes(long memoryBytes) {
    return new ExternalSorter<>(
        Arrays::compareUnsigned, ByteArrayCoder.of(), ByteArrayCoder.of(), memoryBytes);
  }
}
