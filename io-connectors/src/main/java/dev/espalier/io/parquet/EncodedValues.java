package dev.espalier.io.parquet;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.parquet.bytes.BytesUtils;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/**
 * Walks the encoded levels and values of a page and checks the counts in them: decoders allocate
 * what these say before they look whether it is there.
 */
final class EncodedValues {
  /** Beyond what is left of a page, for writers that fill up their last run. */
  private static final int PADDING = 4096;

  private static final int MAX_DELTA_BLOCK = 1 << 20;

  private final ColumnDescriptor column;
  private final ByteBuffer in;
  private final int values;

  private EncodedValues(ColumnDescriptor column, byte[] page, int values) {
    this.column = column;
    this.in = ByteBuffer.wrap(page).order(ByteOrder.LITTLE_ENDIAN);
    this.values = values;
  }

  /** Checks a page whose levels and values are together, as in data pages of the first version. */
  static void check(
      ColumnDescriptor column,
      byte[] page,
      int values,
      Encoding repetition,
      Encoding definition,
      Encoding encoding)
      throws DamagedException {
    EncodedValues walk = new EncodedValues(column, page, values);
    walk.levels(column.getMaxRepetitionLevel(), repetition);
    walk.levels(column.getMaxDefinitionLevel(), definition);
    walk.values(encoding);
  }

  /** Checks levels that are encoded alone. */
  static void checkLevels(ColumnDescriptor column, byte[] levels, int maxLevel, int values)
      throws DamagedException {
    if (maxLevel > 0) {
      new EncodedValues(column, levels, values).runs(BytesUtils.getWidthFromMaxInt(maxLevel));
    }
  }

  /** Checks values that are encoded alone. */
  static void checkValues(ColumnDescriptor column, byte[] page, int values, Encoding encoding)
      throws DamagedException {
    new EncodedValues(column, page, values).values(encoding);
  }

  @SuppressWarnings("deprecation") // pages of version 1 of old writers have such levels
  private void levels(int maxLevel, Encoding encoding) throws DamagedException {
    if (maxLevel == 0) {
      return;
    }
    int width = BytesUtils.getWidthFromMaxInt(maxLevel);
    if (encoding == Encoding.RLE) {
      sized(width);
    } else if (encoding == Encoding.BIT_PACKED) {
      skip((values * (long) width + 7) / 8);
    } else {
      throw new DamagedException("levels are encoded as " + encoding);
    }
  }

  private void values(Encoding encoding) throws DamagedException {
    switch (encoding) {
      case PLAIN_DICTIONARY, RLE_DICTIONARY -> {
        if (in.hasRemaining()) { // a page of nulls alone may have no width
          int width = in.get();
          if (width < 0 || width > Integer.SIZE) {
            throw new DamagedException("dictionary indices are " + width + " bits wide");
          }
          runs(width);
        }
      }
      case RLE -> sized(1);
      case DELTA_BINARY_PACKED, DELTA_LENGTH_BYTE_ARRAY -> deltas();
      case DELTA_BYTE_ARRAY -> {
        deltas();
        deltas();
      }
      case BYTE_STREAM_SPLIT -> {
        if (width() > 0 && in.remaining() % width() != 0) {
          throw new DamagedException("a page of split bytes has half a value");
        }
      }
      default -> {
        // PLAIN: values are read one by one.
      }
    }
  }

  private int width() {
    PrimitiveTypeName type = column.getPrimitiveType().getPrimitiveTypeName();
    return switch (type) {
      case INT32, FLOAT -> Integer.BYTES;
      case INT64, DOUBLE -> Long.BYTES;
      case FIXED_LEN_BYTE_ARRAY -> column.getPrimitiveType().getTypeLength();
      default -> 0;
    };
  }

  /** Runs after their length in bytes. */
  private void sized(int width) throws DamagedException {
    if (in.remaining() < Integer.BYTES) {
      throw new DamagedException("a page ends within its levels");
    }
    int length = in.getInt();
    if (length < 0 || length > in.remaining()) {
      throw new DamagedException("levels of " + length + " bytes do not fit into their page");
    }
    int end = in.position() + length;
    int limit = in.limit();
    in.limit(end);
    runs(width);
    in.limit(limit);
    in.position(end);
  }

  /** Runs of repeated or bit-packed values, until the page's values are there. */
  private void runs(int width) throws DamagedException {
    long left = values;
    while (left > 0 && in.hasRemaining()) {
      long header = varint();
      long count = header >>> 1;
      if ((header & 1) == 0) {
        skip((width + 7) / 8);
      } else {
        long bytes = count * width;
        count *= Byte.SIZE;
        if (count > left + PADDING) {
          throw new DamagedException(
              "a run of %s values where the page has %s".formatted(count, values));
        }
        in.position(in.position() + (int) Math.min(bytes, in.remaining()));
      }
      left -= count;
    }
  }

  /** One block of delta-encoded integers: as many as the page has values at most. */
  private void deltas() throws DamagedException {
    if (!in.hasRemaining()) {
      return;
    }
    long blockSize = varint();
    long miniBlocks = varint();
    long total = varint();
    boolean sound =
        blockSize > 0
            && blockSize <= MAX_DELTA_BLOCK
            && miniBlocks > 0
            && blockSize % (miniBlocks * Byte.SIZE) == 0;
    if (!sound) {
      throw new DamagedException(
          "delta blocks of %s values in %s parts".formatted(blockSize, miniBlocks));
    }
    if (total < 0 || total > values) {
      throw new DamagedException(
          "%s delta-encoded values where the page has %s".formatted(total, values));
    }
    varint(); // the first value
    long left = total - 1;
    long miniBlock = blockSize / miniBlocks;
    while (left > 0) {
      varint(); // the least delta
      int widths = in.position();
      skip(miniBlocks);
      for (int i = 0; i < miniBlocks && left > 0; i++) {
        int width = in.get(widths + i) & 0xFF;
        if (width > Long.SIZE) {
          throw new DamagedException("deltas are " + width + " bits wide");
        }
        skip(width * miniBlock / Byte.SIZE);
        left -= miniBlock;
      }
    }
  }

  private void skip(long bytes) throws DamagedException {
    if (bytes > in.remaining()) {
      throw new DamagedException("a page ends within its values");
    }
    in.position(in.position() + (int) bytes);
  }

  private long varint() throws DamagedException {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      if (!in.hasRemaining()) {
        throw new DamagedException("a page ends within its values");
      }
      int part = in.get();
      value |= (long) (part & 0x7F) << shift;
      if (part >= 0) {
        return value;
      }
    }
    throw new DamagedException("a number does not end");
  }
}
