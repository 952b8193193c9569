package dev.espalier.io.read;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.io.FileProblemException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Damaged files are refused with their place, or give rows; they never end the process, and never
 * make it ask for memory that is not there: the tests' heap is smaller than what a size of 32 bits
 * can say.
 */
class ParquetDamageTest {
  @TempDir Path directory;

  static Stream<Path> files() throws Exception {
    return ParquetGoldenTest.files();
  }

  @ParameterizedTest
  @MethodSource("files")
  void changedBytesAreRefusedOrRead(Path file) throws IOException {
    damage(file, 60, 1);
  }

  @ParameterizedTest
  @MethodSource("files")
  @Tag("long")
  void manyChangedBytesAreRefusedOrRead(Path file) throws IOException {
    damage(file, 20_000, 2);
  }

  private void damage(Path file, int rounds, long seed) throws IOException {
    byte[] whole = Files.readAllBytes(file);
    int footer = footerBytes(whole);
    Path damaged = directory.resolve("damaged.parquet");
    Random random = new Random(seed);
    for (int round = 0; round < rounds; round++) {
      byte[] bytes = whole.clone();
      int changes = 1 + random.nextInt(3);
      for (int i = 0; i < changes; i++) {
        boolean inFooter = random.nextBoolean();
        int at =
            inFooter
                ? bytes.length - 8 - footer + random.nextInt(footer)
                : 4 + random.nextInt(bytes.length - 8);
        bytes[at] = (byte) (random.nextBoolean() ? random.nextInt(256) : 0xFF);
      }
      Files.write(damaged, bytes);
      readOrRefuse(damaged);
    }
  }

  private static void readOrRefuse(Path file) throws IOException {
    try {
      Reading.all(Reading.options(file));
    } catch (FileProblemException e) {
      assertThat(e.problem()).startsWith(file.toString());
      assertThat(e.problem()).doesNotContain("Exception").doesNotContain("org.apache");
    }
  }

  @Test
  void everyShorterFileIsRefused() throws Exception {
    byte[] whole = Files.readAllBytes(resource("parquet/int96.parquet"));
    Path file = directory.resolve("short.parquet");
    for (int length = 0; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> Reading.all(Reading.options(file)))
          .as("the first %s bytes", length)
          .isInstanceOf(FileProblemException.class);
    }
  }

  @Test
  void aFooterNestedWithoutEndIsRefused() throws Exception {
    Path file = directory.resolve("deep.parquet");
    ByteBuffer bytes = ByteBuffer.allocate(50_016).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put("PAR1".getBytes(US_ASCII));
    byte[] structs = new byte[50_000];
    Arrays.fill(structs, (byte) 0x1C); // a field that is a structure
    bytes.put(structs);
    bytes.putInt(50_000).put("PAR1".getBytes(US_ASCII));
    Files.write(file, Arrays.copyOf(bytes.array(), bytes.position()));
    assertThat(InputCheck.of(Reading.options(file)).problems())
        .singleElement()
        .satisfies(
            problem ->
                assertThat(problem.problem())
                    .isEqualTo(
                        file
                            + ": the Parquet footer cannot be read:"
                            + " its structure is nested deeper than 32"));
  }

  @Test
  void aFooterLargerThanTheFileIsRefusedBeforeItIsAllocated() throws Exception {
    byte[] whole = Files.readAllBytes(resource("parquet/int96.parquet"));
    Path file = directory.resolve("a.parquet");
    for (int size : List.of(0, -1, whole.length, Integer.MAX_VALUE, Integer.MIN_VALUE)) {
      ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).putInt(whole.length - 8, size);
      Files.write(file, whole);
      assertThatThrownBy(() -> Reading.all(Reading.options(file)))
          .hasMessageContaining(
              "its size, "
                  + Integer.toUnsignedString(size)
                  + " bytes, does not fit into the file's");
    }
  }

  @Test
  void aFooterOfGibibytesIsRefusedBeforeItIsAllocated() throws Exception {
    Path path = directory.resolve("a.parquet");
    for (long size : new long[] {(1L << 31) - 1, 1L << 31, (1L << 32) - 1}) {
      try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
        byte[] magic = "PAR1".getBytes(US_ASCII);
        file.write(magic);
        file.setLength(5L << 30); // takes no room: nothing is written in between
        file.seek(file.length() - 8);
        file.writeInt(Integer.reverseBytes((int) size));
        file.write(magic);
      }
      assertThatThrownBy(() -> Reading.all(Reading.options(path)))
          .hasMessageContaining(
              "a Parquet footer of " + size + " bytes, where 134217728 are the most");
    }
  }

  private static int footerBytes(byte[] file) {
    return ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(file.length - 8);
  }

  private static Path resource(String name) throws Exception {
    return Path.of(ParquetDamageTest.class.getResource(name).toURI());
  }
}
