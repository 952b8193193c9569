package dev.espalier.io.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import io.airlift.compress.Compressor;
import io.airlift.compress.lz4.Lz4Compressor;
import io.airlift.compress.snappy.SnappyCompressor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.apache.parquet.format.CompressionCodec;
import org.junit.jupiter.api.Test;

class PageCodecTest {

  @Test
  void everyCodecGivesBackThePage() throws Exception {
    for (byte[] content : contents()) {
      for (Map.Entry<CompressionCodec, byte[]> page : pages(content).entrySet()) {
        byte[] file = new byte[page.getValue().length + 20];
        System.arraycopy(page.getValue(), 0, file, 7, page.getValue().length);
        byte[] found =
            PageCodec.of(page.getKey()).decompress(file, 7, page.getValue().length, content.length);
        assertThat(found).as("%s of %s bytes", page.getKey(), content.length).isEqualTo(content);
      }
    }
  }

  /** Older writers of LZ4 frame several blocks as Hadoop does. */
  @Test
  void lz4IsReadInHadoopsFrames() throws Exception {
    byte[] content = contents()[2];
    ByteArrayOutputStream page = new ByteArrayOutputStream();
    for (int start = 0; start < content.length; start += 1000) {
      byte[] part = Arrays.copyOfRange(content, start, Math.min(content.length, start + 1000));
      byte[] block = compress(new Lz4Compressor(), part);
      page.write(ByteBuffer.allocate(8).putInt(part.length).putInt(block.length).array());
      page.write(block);
    }
    assertThat(
            PageCodec.of(CompressionCodec.LZ4)
                .decompress(page.toByteArray(), 0, page.size(), content.length))
        .isEqualTo(content);
  }

  /** Sizes that cannot be true are refused before they are allocated: the heap is smaller. */
  @Test
  void aPageOfAnotherSizeThanItStatesIsRefused() throws Exception {
    byte[] content = contents()[2];
    for (Map.Entry<CompressionCodec, byte[]> page : pages(content).entrySet()) {
      PageCodec codec = PageCodec.of(page.getKey());
      byte[] bytes = page.getValue();
      for (int size : new int[] {1, content.length - 1, content.length + 1, Integer.MAX_VALUE}) {
        assertThatThrownBy(() -> codec.decompress(bytes, 0, bytes.length, size))
            .as("%s stating %s bytes", page.getKey(), size)
            .isInstanceOf(DamagedException.class);
      }
      for (int length : new int[] {0, 1, bytes.length / 2, bytes.length - 1}) {
        assertThatThrownBy(() -> codec.decompress(bytes, 0, length, content.length))
            .as("%s of %s bytes", page.getKey(), length)
            .isInstanceOf(DamagedException.class);
      }
    }
  }

  @Test
  void otherCodecsAreNotKnown() {
    assertThat(PageCodec.of(CompressionCodec.BROTLI)).isNull();
    assertThat(PageCodec.of(CompressionCodec.LZO)).isNull();
  }

  private static byte[][] contents() {
    Random random = new Random(1);
    byte[] noise = new byte[3000];
    random.nextBytes(noise);
    byte[] text =
        "lorem ipsum dolor sit amet, "
            .repeat(200)
            .getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    return new byte[][] {new byte[1], noise, text, new byte[500_000], new byte[0]};
  }

  private static Map<CompressionCodec, byte[]> pages(byte[] content) throws IOException {
    Map<CompressionCodec, byte[]> pages = new EnumMap<>(CompressionCodec.class);
    ByteArrayOutputStream gzip = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(gzip)) {
      out.write(content);
    }
    pages.put(CompressionCodec.UNCOMPRESSED, content);
    pages.put(CompressionCodec.GZIP, gzip.toByteArray());
    pages.put(CompressionCodec.SNAPPY, compress(new SnappyCompressor(), content));
    pages.put(CompressionCodec.LZ4, compress(new Lz4Compressor(), content));
    pages.put(CompressionCodec.LZ4_RAW, compress(new Lz4Compressor(), content));
    pages.put(CompressionCodec.ZSTD, Zstd.compress(content));
    return pages;
  }

  private static byte[] compress(Compressor compressor, byte[] content) {
    byte[] page = new byte[compressor.maxCompressedLength(content.length)];
    int length = compressor.compress(content, 0, content.length, page, 0, page.length);
    return Arrays.copyOf(page, length);
  }
}
