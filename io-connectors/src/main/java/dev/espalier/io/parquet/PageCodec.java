package dev.espalier.io.parquet;

import com.github.luben.zstd.Zstd;
import io.airlift.compress.lz4.Lz4Decompressor;
import io.airlift.compress.snappy.SnappyDecompressor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.apache.parquet.format.CompressionCodec;

/**
 * Decompresses pages. A page states its size uncompressed; whether its bytes can become so many is
 * checked before they are allocated.
 */
abstract class PageCodec {
  private static final Map<CompressionCodec, PageCodec> CODECS =
      new EnumMap<>(
          Map.of(
              CompressionCodec.UNCOMPRESSED, new Uncompressed(),
              CompressionCodec.SNAPPY, new Snappy(),
              CompressionCodec.GZIP, new Gzip(),
              CompressionCodec.LZ4, new HadoopLz4(),
              CompressionCodec.LZ4_RAW, new Lz4(),
              CompressionCodec.ZSTD, new ZstdFrames()));

  /** What {@link #of} knows, as a remedy says it. */
  static final String SUPPORTED = "SNAPPY, GZIP, ZSTD, LZ4_RAW or without compression";

  private final double maxRatio;

  private PageCodec(double maxRatio) {
    this.maxRatio = maxRatio;
  }

  /** The codec, null for one that is not read. */
  static PageCodec of(CompressionCodec codec) {
    return CODECS.get(codec);
  }

  /**
   * @param uncompressed the size that the page states
   */
  byte[] decompress(byte[] page, int offset, int length, int uncompressed) throws DamagedException {
    if (uncompressed == 0) {
      return new byte[0];
    }
    if (uncompressed > maxRatio * length + 1024) {
      throw new DamagedException(
          "%s compressed bytes cannot become %s".formatted(length, uncompressed));
    }
    int found;
    byte[] out;
    try {
      checkStatedSize(page, offset, length, uncompressed);
      out = new byte[uncompressed];
      found = decompress(page, offset, length, out);
    } catch (RuntimeException | DataFormatException e) {
      throw new DamagedException("a page cannot be decompressed", e);
    }
    if (found != uncompressed) {
      throw new DamagedException(
          "a page has %s bytes uncompressed where it states %s".formatted(found, uncompressed));
    }
    return out;
  }

  /** Where the compressed bytes themselves state a size: before anything is allocated. */
  void checkStatedSize(byte[] page, int offset, int length, int uncompressed)
      throws DamagedException {}

  /** Returns how many bytes there are, at most one more than {@code out} holds. */
  abstract int decompress(byte[] page, int offset, int length, byte[] out)
      throws DamagedException, DataFormatException;

  static void mustBe(long stated, int uncompressed) throws DamagedException {
    if (stated != uncompressed) {
      throw new DamagedException(
          "a page has %s bytes uncompressed where it states %s".formatted(stated, uncompressed));
    }
  }

  private static final class Uncompressed extends PageCodec {
    Uncompressed() {
      super(1);
    }

    @Override
    void checkStatedSize(byte[] page, int offset, int length, int uncompressed)
        throws DamagedException {
      mustBe(length, uncompressed);
    }

    @Override
    int decompress(byte[] page, int offset, int length, byte[] out) {
      System.arraycopy(page, offset, out, 0, length);
      return length;
    }
  }

  private static final class Snappy extends PageCodec {
    Snappy() {
      super(22); // three bytes copy 64 at most
    }

    @Override
    void checkStatedSize(byte[] page, int offset, int length, int uncompressed)
        throws DamagedException {
      // Its decoder does not look at the end of the bytes: the length, 5 bytes at most, is copied.
      byte[] head =
          Arrays.copyOf(Arrays.copyOfRange(page, offset, offset + Math.min(5, length)), 8);
      mustBe(SnappyDecompressor.getUncompressedLength(head, 0), uncompressed);
    }

    @Override
    int decompress(byte[] page, int offset, int length, byte[] out) {
      return new SnappyDecompressor().decompress(page, offset, length, out, 0, out.length);
    }
  }

  private static class Lz4 extends PageCodec {
    Lz4() {
      super(255);
    }

    @Override
    int decompress(byte[] page, int offset, int length, byte[] out) throws DamagedException {
      return block(page, offset, length, out, 0);
    }

    int block(byte[] page, int offset, int length, byte[] out, int at) {
      return new Lz4Decompressor().decompress(page, offset, length, out, at, out.length - at);
    }
  }

  /**
   * The codec that is called LZ4: blocks as Hadoop frames them, each the sizes of its two forms,
   * big-endian, and an LZ4 block; or, by other writers, one block without a frame.
   */
  private static final class HadoopLz4 extends Lz4 {
    @Override
    int decompress(byte[] page, int offset, int length, byte[] out) throws DamagedException {
      return isFramed(page, offset, length, out.length)
          ? frames(page, offset, length, out)
          : super.decompress(page, offset, length, out);
    }

    private static boolean isFramed(byte[] page, int offset, int length, int uncompressed) {
      ByteBuffer in = ByteBuffer.wrap(page, offset, length);
      long total = 0;
      while (in.remaining() >= 2 * Integer.BYTES) {
        long size = in.getInt();
        int compressed = in.getInt();
        if (size < 0 || compressed < 0 || compressed > in.remaining()) {
          return false;
        }
        total += size;
        in.position(in.position() + compressed);
      }
      return !in.hasRemaining() && total == uncompressed;
    }

    private int frames(byte[] page, int offset, int length, byte[] out) throws DamagedException {
      ByteBuffer in = ByteBuffer.wrap(page, offset, length);
      int at = 0;
      while (in.hasRemaining()) {
        int size = in.getInt();
        int compressed = in.getInt();
        int found = block(page, in.position(), compressed, out, at);
        mustBe(found, size);
        at += found;
        in.position(in.position() + compressed);
      }
      return at;
    }
  }

  private static final class Gzip extends PageCodec {
    private static final int HEADER = 10;
    private static final int TRAILER = 8;

    Gzip() {
      super(1032);
    }

    @Override
    int decompress(byte[] page, int offset, int length, byte[] out)
        throws DamagedException, DataFormatException {
      byte[] spare = new byte[1]; // the end may be told only after the last byte
      int at = 0;
      int start = offset;
      int end = offset + length;
      while (start < end) {
        Inflater inflater = new Inflater(true);
        try {
          start = header(page, start, end);
          inflater.setInput(page, start, end - start);
          while (!inflater.finished()) {
            boolean full = at == out.length;
            int found = full ? inflater.inflate(spare) : inflater.inflate(out, at, out.length - at);
            if (inflater.finished() ? full && found > 0 : full || found == 0) {
              throw new DamagedException("a page does not end where it states");
            }
            at += found;
          }
          start += (int) inflater.getBytesRead();
          checkTrailer(page, start, end, out, at - (int) inflater.getBytesWritten(), at);
          start += TRAILER;
        } finally {
          inflater.end();
        }
      }
      return at;
    }

    /** The checksum of the member's content, and its size. */
    private static void checkTrailer(byte[] page, int start, int end, byte[] out, int from, int to)
        throws DamagedException {
      if (end - start < TRAILER) {
        throw new DamagedException("a page does not end where it states");
      }
      CRC32 checksum = new CRC32();
      checksum.update(out, from, to - from);
      ByteBuffer trailer = ByteBuffer.wrap(page, start, TRAILER).order(ByteOrder.LITTLE_ENDIAN);
      if (trailer.getInt() != (int) checksum.getValue() || trailer.getInt() != to - from) {
        throw new DamagedException("the checksum of a page's gzip data differs");
      }
    }

    private static int header(byte[] page, int start, int end) throws DamagedException {
      if (end - start < HEADER + TRAILER
          || (page[start] & 0xFF) != 0x1F
          || (page[start + 1] & 0xFF) != 0x8B) {
        throw new DamagedException("a page is not gzip");
      }
      int flags = page[start + 3];
      int next = start + HEADER;
      if ((flags & 4) != 0) {
        next += 2 + (page[next] & 0xFF) + ((page[next + 1] & 0xFF) << 8);
      }
      for (int text = 8; text <= 16; text += 8) { // a name, a comment
        if ((flags & text) != 0) {
          while (page[next++] != 0) {
            // goes past it
          }
        }
      }
      return (flags & 2) == 0 ? next : next + 2;
    }
  }

  private static final class ZstdFrames extends PageCodec {
    ZstdFrames() {
      super(44_000); // a block of 128 KiB takes three bytes and one at least
    }

    @Override
    void checkStatedSize(byte[] page, int offset, int length, int uncompressed)
        throws DamagedException {
      long stated = Zstd.getFrameContentSize(page, offset, length);
      // Several frames make a page as well; one of them may not be larger than all.
      if (stated > uncompressed) {
        mustBe(stated, uncompressed);
      }
    }

    @Override
    int decompress(byte[] page, int offset, int length, byte[] out) throws DamagedException {
      long found = Zstd.decompressByteArray(out, 0, out.length, page, offset, length);
      if (Zstd.isError(found)) {
        throw new DamagedException("a page cannot be decompressed");
      }
      return (int) found;
    }
  }
}
