package dev.espalier.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.engine.EngineException;
import dev.espalier.engine.ErrorCode;
import dev.espalier.engine.model.ElementType;
import dev.espalier.engine.model.WeightTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pieces of a mapped tensor arrive whole and in order, whatever its rows and the threads. */
class WeightReaderTest {
  private static final int OFFSET = 13; // of the tensor in its file: aligned to nothing

  @TempDir private Path directory;

  private record MappedFile(ElementType type, List<Integer> shape, ByteBuffer content)
      implements WeightTensor {
    @Override
    public String name() {
      return "w";
    }

    @Override
    public ByteBuffer rows(int first, int count) {
      int rowBytes = rowLength() * type.bytes();
      return content.slice(first * rowBytes, count * rowBytes);
    }
  }

  private MappedFile map(Path file, ElementType type, Integer... shape) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      return new MappedFile(
          type,
          List.of(shape),
          channel.map(FileChannel.MapMode.READ_ONLY, OFFSET, channel.size() - OFFSET));
    }
  }

  private byte[] write(Path file, int bytes) throws IOException {
    byte[] content = new byte[bytes];
    new Random(bytes).nextBytes(content);
    byte[] padded = new byte[OFFSET + bytes];
    System.arraycopy(content, 0, padded, OFFSET, bytes);
    Files.write(file, padded);
    return content;
  }

  @ParameterizedTest
  @CsvSource({
    // One row that is one slice, several slices, and a whole buffer.
    "BF16, 1, 1, 1",
    "F32, 1, 700001, 8",
    "F16, 1, 1048576, 3",
    // Rows longer than a slice, of which one or two fit into a buffer.
    "BF16, 5, 600000, 8",
    "F32, 7, 262144, 5",
    // Many rows in a buffer, a last piece that is short, and slices that end inside rows.
    "BF16, 1000, 4099, 8",
    "F16, 100003, 7, 2",
    "F32, 3000, 333, 1",
  })
  void everyByteArrivesInOrder(ElementType type, int rows, int columns, int threads)
      throws IOException {
    int most = 2 << 20;
    if (columns * type.bytes() > most) {
      most = columns * type.bytes();
    }
    Path file = directory.resolve("tensor");
    byte[] expected = write(file, rows * columns * type.bytes());
    MappedFile tensor = map(file, type, rows, columns);
    ByteBuffer buffer = ByteBuffer.allocateDirect(most);
    ByteBuffer arrived = ByteBuffer.allocate(expected.length);
    int next = 0;
    try (WeightReader reader = new WeightReader(threads)) {
      for (WeightReader.Piece piece : WeightReader.cut(tensor, most)) {
        assertThat(piece.first()).isEqualTo(next);
        next += piece.count();
        for (int i = 0; i < most; i++) {
          buffer.put(i, (byte) 0x5a);
        }
        reader.read(tensor, piece, buffer);
        arrived.put(buffer.slice(0, piece.bytes()));
        for (int i = piece.bytes(); i < most; i++) {
          assertThat(buffer.get(i)).isEqualTo((byte) 0x5a);
        }
      }
    }
    assertThat(next).isEqualTo(rows);
    assertThat(Arrays.equals(arrived.array(), expected)).isTrue();
  }

  @Test
  void slicesAreEqualSharesUnlessThatIsTooLittle() {
    assertThat(WeightReader.sliceBytes(32 << 20, 8)).isEqualTo(4 << 20);
    assertThat(WeightReader.sliceBytes(32 << 20, 1)).isEqualTo(32 << 20);
    assertThat(WeightReader.sliceBytes(8192, 8)).isEqualTo(WeightReader.LEAST_SLICE_BYTES);
    int odd = (32 << 20) - 7;
    assertThat(7 * WeightReader.sliceBytes(odd, 7)).isGreaterThanOrEqualTo(odd);
  }

  @Test
  void aRowThatFitsNoBufferIsRefused() {
    WeightTensor wide =
        new MappedFile(ElementType.F32, List.of(2, 1 << 30), ByteBuffer.allocate(0));
    assertThatThrownBy(() -> WeightReader.cut(wide, 32 << 20))
        .isInstanceOfSatisfying(
            EngineException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.CHECKPOINT_INVALID))
        .hasMessageContaining("a row takes 4294967296 bytes");
  }

  @Test
  void aSliceThatCannotBeReadFailsTheWholeWhenNobodyWritesAnyMore() {
    AtomicInteger reading = new AtomicInteger();
    EngineException lost = new EngineException(ErrorCode.CHECKPOINT_INVALID, "a bad sector");
    WeightTensor broken =
        new WeightTensor() {
          @Override
          public String name() {
            return "broken";
          }

          @Override
          public ElementType type() {
            return ElementType.BF16;
          }

          @Override
          public List<Integer> shape() {
            return List.of(1024, 2048);
          }

          @Override
          public ByteBuffer rows(int first, int count) {
            throw new AssertionError("weights for a GPU are read, not mapped");
          }

          @Override
          public void read(int first, int count, int begin, ByteBuffer to) {
            reading.incrementAndGet();
            try {
              if (begin == 0) {
                throw lost;
              }
              while (to.hasRemaining()) {
                to.put((byte) 1);
              }
            } finally {
              reading.decrementAndGet();
            }
          }
        };
    ByteBuffer buffer = ByteBuffer.allocateDirect(4 << 20);
    WeightReader.Piece all = WeightReader.cut(broken, 4 << 20).get(0);
    try (WeightReader reader = new WeightReader(4)) {
      for (int i = 0; i < 20; i++) {
        assertThatThrownBy(() -> reader.read(broken, all, buffer)).isSameAs(lost);
        assertThat(reading.get()).isZero();
      }
    }
  }

  @Test
  void theRateIsGivenInDecimalUnits() {
    assertThat(WeightLoader.rate(16_060_522_496L, 2, "cuda:0 (NVIDIA H200)"))
        .isEqualTo("loaded 16.06 GB of weights onto cuda:0 (NVIDIA H200) in 2.00 s: 8.0 GB/s");
  }
}
