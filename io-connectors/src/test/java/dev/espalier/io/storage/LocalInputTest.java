package dev.espalier.io.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.apache.parquet.io.SeekableInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalInputTest {
  @TempDir Path directory;

  @Test
  void everyOrderOfReadsAndSeeksGivesTheBytesOfTheFile() throws IOException {
    Random random = new Random(1);
    byte[] bytes = new byte[70_000];
    random.nextBytes(bytes);
    Path file = Files.write(directory.resolve("a"), bytes);
    try (SeekableInputStream in = new LocalInput(file).newStream()) {
      int position = 0;
      for (int i = 0; i < 3000; i++) {
        int length = random.nextInt(10) == 0 ? random.nextInt(40_000) : random.nextInt(50);
        int left = bytes.length - position;
        switch (random.nextInt(5)) {
          case 0 -> {
            position = random.nextInt(bytes.length + 1);
            in.seek(position);
          }
          case 1 -> {
            assertThat(in.read()).isEqualTo(left == 0 ? -1 : bytes[position] & 0xFF);
            position += left == 0 ? 0 : 1;
          }
          case 2 -> {
            byte[] some = new byte[length + 1];
            int count = in.read(some, 1, length);
            assertThat(count)
                .isEqualTo(length == 0 ? 0 : left == 0 ? -1 : count)
                .isLessThanOrEqualTo(left);
            int read = Math.max(0, count);
            assertThat(Arrays.copyOfRange(some, 1, 1 + read))
                .isEqualTo(Arrays.copyOfRange(bytes, position, position + read));
            position += read;
          }
          case 3 -> {
            byte[] all = new byte[Math.min(length, left)];
            in.readFully(all);
            assertThat(all).isEqualTo(Arrays.copyOfRange(bytes, position, position + all.length));
            position += all.length;
          }
          default -> {
            ByteBuffer all = ByteBuffer.allocateDirect(Math.min(length, left));
            in.readFully(all);
            assertThat(all.flip()).isEqualTo(ByteBuffer.wrap(bytes, position, all.limit()));
            position += all.limit();
          }
        }
        assertThat(in.getPos()).isEqualTo(position);
      }
      in.seek(bytes.length - 3);
      assertThatThrownBy(() -> in.readFully(new byte[4])).isInstanceOf(EOFException.class);
    }
  }

  @Test
  void aFileThatIsNotThereIsSaidToBeMissing() {
    assertThatThrownBy(() -> new LocalInput(directory.resolve("b")).newStream())
        .isInstanceOf(NoSuchFileException.class);
  }
}
