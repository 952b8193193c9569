package dev.espalier.io.parquet;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.parquet.bytes.ByteBufferInputStream;
import org.apache.parquet.bytes.BytesUtils;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.values.delta.DeltaBinaryPackingValuesReader;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/**
 * Walks the encoded levels and values of a page and checks the counts in them: decoders allocate
 * what these say before they look whether it is there.
 */
final class EncodedValues {
  /** Beyond what is left of a page, for writers that fill up their last run. */
  private static final int PADDING = 4096;

  /** Zeros that fastparquet writes after the values of every page. */
  private static final int FILL = 8;

  private static final int MAX_DELTA_BLOCK = 1 << 20;

  private final ColumnDescriptor column;
  private final ByteBuffer in;
  private int values; // levels, then values that are no nulls

  private EncodedValues(ColumnDescriptor column, byte[] page, int values) {
    this.column = column;
    this.in = ByteBuffer.wrap(page).order(ByteOrder.LITTLE_ENDIAN);
    this.values = values;
  }

  /**
   * Checks a page whose levels and values are together, as in data pages of the first version.
   *
   * @param count values of the page, nulls included
   * @param structure takes the levels
   */
  static void check(
      ColumnDescriptor column,
      byte[] page,
      int count,
      Encoding repetition,
      Encoding definition,
      Encoding encoding,
      ColumnStructure structure)
      throws DamagedException {
    EncodedValues walk = new EncodedValues(column, page, count);
    LevelStream repeated = walk.levels(column.getMaxRepetitionLevel(), repetition);
    LevelStream defined = walk.levels(column.getMaxDefinitionLevel(), definition);
    walk.values = structure.add(count, repeated, defined);
    walk.values(encoding);
  }

  /** Checks how many levels there are that are encoded alone, and gives them. */
  static LevelStream levels(ColumnDescriptor column, byte[] levels, int maxLevel, int count)
      throws DamagedException {
    if (maxLevel > 0) {
      new EncodedValues(column, levels, count).runs(BytesUtils.getWidthFromMaxInt(maxLevel));
    }
    return LevelStream.of(ByteBuffer.wrap(levels), maxLevel, true);
  }

  /**
   * Checks values that are encoded alone.
   *
   * @param values without nulls
   */
  static void checkValues(ColumnDescriptor column, byte[] page, int values, Encoding encoding)
      throws DamagedException {
    new EncodedValues(column, page, values).values(encoding);
  }

  @SuppressWarnings("deprecation") // pages of version 1 of old writers have such levels
  private LevelStream levels(int maxLevel, Encoding encoding) throws DamagedException {
    if (maxLevel == 0) {
      return LevelStream.of(ByteBuffer.allocate(0), 0, true);
    }
    int width = BytesUtils.getWidthFromMaxInt(maxLevel);
    if (encoding == Encoding.RLE) {
      int begin = in.position() + Integer.BYTES;
      sized(width);
      return LevelStream.of(in.slice(begin, in.position() - begin), maxLevel, true);
    }
    if (encoding == Encoding.BIT_PACKED) {
      int begin = in.position();
      skip((values * (long) width + 7) / 8);
      return LevelStream.of(in.slice(begin, in.position() - begin), maxLevel, false);
    }
    throw new DamagedException("levels are encoded as " + encoding);
  }

  private void values(Encoding encoding) throws DamagedException {
    switch (encoding) {
      case PLAIN_DICTIONARY, RLE_DICTIONARY -> {
        if (in.hasRemaining()) { // a page of nulls alone may have no width
          int width = in.get();
          if (width < 0 || width > Integer.SIZE) {
            throw new DamagedException("dictionary indices are " + width + " bits wide");
          }
          exactRuns(width);
        } else if (values > 0) {
          throw ended();
        }
      }
      case RLE -> sized(1);
      case DELTA_BINARY_PACKED -> deltas();
      case DELTA_LENGTH_BYTE_ARRAY -> {
        Deltas lengths = new Deltas(in.position());
        deltas();
        lengths.checkLengths(in.remaining());
      }
      case DELTA_BYTE_ARRAY -> {
        Deltas prefixes = new Deltas(in.position());
        deltas();
        Deltas suffixes = new Deltas(in.position());
        deltas();
        suffixes.checkLengths(in.remaining());
        prefixes.checkPrefixes(new Deltas(suffixes.begin));
      }
      case BYTE_STREAM_SPLIT -> fixed();
      case PLAIN -> plain();
      default -> {
        // None of data pages: the decoders refuse it.
      }
    }
  }

  private void plain() throws DamagedException {
    PrimitiveTypeName type = column.getPrimitiveType().getPrimitiveTypeName();
    if (type == PrimitiveTypeName.BOOLEAN) {
      skip((values + 7L) / 8);
    } else if (type == PrimitiveTypeName.BINARY) {
      for (int i = 0; i < values; i++) {
        if (in.remaining() < Integer.BYTES) {
          throw ended();
        }
        int length = in.getInt();
        if (length < 0 || length > in.remaining()) {
          throw new DamagedException(
              "a value of %s bytes does not fit into its page"
                  .formatted(Integer.toUnsignedString(length)));
        }
        in.position(in.position() + length);
      }
    } else {
      fixed();
      return;
    }
    checkNoMore(in.remaining());
  }

  /** Values of one width: not one more or less may be there than the levels say. */
  private void fixed() throws DamagedException {
    long bytes = (long) width() * values;
    if (bytes > in.remaining()) {
      throw ended();
    }
    checkNoMore(in.remaining() - (int) bytes);
  }

  private static DamagedException ended() {
    return new DamagedException("a page ends within its values");
  }

  /** Checks that the page ends with its values: else its levels are not theirs. */
  private void checkNoMore(int bytes) throws DamagedException {
    boolean fill = bytes == FILL && in.getLong(in.limit() - FILL) == 0;
    if (bytes > 0 && !fill && (values > 0 || bytes > FILL)) {
      throw more();
    }
  }

  private static DamagedException more() {
    return new DamagedException("a page has more values than its levels say");
  }

  private int width() {
    PrimitiveTypeName type = column.getPrimitiveType().getPrimitiveTypeName();
    return switch (type) {
      case INT32, FLOAT -> Integer.BYTES;
      case INT64, DOUBLE -> Long.BYTES;
      case INT96 -> 12;
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
      long header = Varints.next(in);
      long count = header >>> 1;
      if (count > Integer.MAX_VALUE) {
        throw new DamagedException(
            "a run of %s values where the page has %s".formatted(count, values));
      }
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

  /** Runs of dictionary indices: as many as there are values, to a whole group of packed ones. */
  private void exactRuns(int width) throws DamagedException {
    int begin = in.position();
    runs(width);
    in.position(begin);
    long left = values;
    while (left > 0) {
      long header = Varints.next(in);
      long count = header >>> 1;
      if ((header & 1) == 0) {
        skip((width + 7) / 8);
        if (count > left) {
          throw more();
        }
      } else {
        long bytes = count * width;
        count *= Byte.SIZE;
        if ((Math.min(count, left) * width + 7) / 8 > in.remaining()) {
          throw ended();
        }
        in.position(in.position() + (int) Math.min(bytes, in.remaining()));
      }
      left -= count;
    }
    checkNoMore(in.remaining());
  }

  /** One block of delta-encoded integers: as many as the page has values at most. */
  private void deltas() throws DamagedException {
    if (!in.hasRemaining() && values == 0) {
      return;
    }
    long blockSize = Varints.next(in);
    long miniBlocks = Varints.next(in);
    long total = Varints.next(in);
    boolean sound =
        blockSize > 0
            && blockSize <= MAX_DELTA_BLOCK
            && miniBlocks > 0
            && blockSize % (miniBlocks * Byte.SIZE) == 0;
    if (!sound) {
      throw new DamagedException(
          "delta blocks of %s values in %s parts".formatted(blockSize, miniBlocks));
    }
    if (total != values) {
      throw new DamagedException(
          "%s delta-encoded values where the page has %s".formatted(total, values));
    }
    Varints.next(in); // the first value
    long left = total - 1;
    long miniBlock = blockSize / miniBlocks;
    while (left > 0) {
      Varints.next(in); // the least delta
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

  /** Lengths, decoded once they are known to be there. */
  private final class Deltas {
    private final int begin;
    private DeltaBinaryPackingValuesReader reader;

    Deltas(int begin) {
      this.begin = begin;
    }

    private void open() throws DamagedException {
      ByteBuffer rest = in.duplicate();
      rest.position(begin);
      reader = new DeltaBinaryPackingValuesReader();
      try {
        reader.initFromPage(values, ByteBufferInputStream.wrap(rest));
      } catch (IOException | RuntimeException e) {
        throw new DamagedException("lengths cannot be decoded", e);
      }
    }

    /** They are those of all bytes that follow. */
    void checkLengths(int bytes) throws DamagedException {
      if (values == 0) {
        return;
      }
      open();
      long sum = 0;
      for (int i = 0; i < values; i++) {
        int length = reader.readInteger();
        sum += length;
        if (length < 0 || sum > bytes) {
          throw new DamagedException(
              "a value of %s bytes does not fit into its page"
                  .formatted(Integer.toUnsignedString(length)));
        }
      }
      checkNoMore(bytes - (int) sum);
    }

    /** Each is at most as long as the value before, which it is taken from. */
    void checkPrefixes(Deltas suffixes) throws DamagedException {
      if (values == 0) {
        return;
      }
      open();
      suffixes.open();
      long before = 0;
      for (int i = 0; i < values; i++) {
        int prefix = reader.readInteger();
        if (prefix < 0 || prefix > before) {
          throw new DamagedException(
              "a value begins with %s bytes of one of %s"
                  .formatted(Integer.toUnsignedString(prefix), before));
        }
        before = (long) prefix + suffixes.reader.readInteger();
      }
    }
  }
}
