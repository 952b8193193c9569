package dev.espalier.io.parquet;

import java.nio.ByteBuffer;
import org.apache.parquet.bytes.BytesUtils;
import org.apache.parquet.column.Encoding;

/** The repetition or definition levels of one page, one after the other. */
final class LevelStream {
  private final ByteBuffer in;
  private final int maxLevel;
  private final int width; // bits of a level
  private final boolean runs; // else bits alone, the highest of a byte first
  private long left; // of the run
  private int repeated = -1; // the level of the run, -1 in a bit-packed one
  private long bit; // of the next level in a bit-packed run
  private int packed; // where the bit-packed run begins

  private LevelStream(ByteBuffer in, int maxLevel, boolean runs) {
    this.in = in;
    this.maxLevel = maxLevel;
    this.width = BytesUtils.getWidthFromMaxInt(maxLevel);
    this.runs = runs;
    if (!runs) {
      left = Long.MAX_VALUE;
    }
  }

  /**
   * Takes levels encoded as {@link Encoding#RLE}, or else as bits alone.
   *
   * @param in nothing but the levels; empty if {@code maxLevel} is 0
   */
  static LevelStream of(ByteBuffer in, int maxLevel, boolean runs) {
    return new LevelStream(in, maxLevel, runs);
  }

  /**
   * Returns the next level.
   *
   * @throws DamagedException if none is left, or it is more than the column has
   */
  int next() throws DamagedException {
    if (maxLevel == 0) {
      return 0;
    }
    while (left == 0) {
      nextRun();
    }
    left--;
    int level = repeated >= 0 ? repeated : packedLevel();
    if (level > maxLevel) {
      throw new DamagedException(
          "a level of %s where %s is the most"
              .formatted(Integer.toUnsignedString(level), maxLevel));
    }
    return level;
  }

  private void nextRun() throws DamagedException {
    long header = Varints.next(in);
    if ((header & 1) == 0) {
      left = header >>> 1;
      repeated = 0;
      for (int shift = 0; shift < width; shift += Byte.SIZE) {
        if (!in.hasRemaining()) {
          throw ended();
        }
        repeated |= (in.get() & 0xFF) << shift;
      }
      if (repeated > maxLevel) {
        throw new DamagedException(
            "a level of %s where %s is the most".formatted(repeated, maxLevel));
      }
    } else {
      repeated = -1;
      long groups = header >>> 1;
      left = groups * Byte.SIZE;
      bit = 0;
      packed = in.position();
      in.position(packed + (int) Math.min(groups * width, in.remaining()));
    }
  }

  private int packedLevel() throws DamagedException {
    int level = 0;
    for (int i = 0; i < width; i++, bit++) {
      long at = packed + bit / Byte.SIZE;
      if (at >= in.limit()) {
        throw ended();
      }
      int within = (int) (bit % Byte.SIZE);
      int one = (in.get((int) at) >>> (runs ? within : Byte.SIZE - 1 - within)) & 1;
      level |= one << (runs ? i : width - 1 - i);
    }
    return level;
  }

  private static DamagedException ended() {
    return new DamagedException("a page ends within its levels");
  }
}
