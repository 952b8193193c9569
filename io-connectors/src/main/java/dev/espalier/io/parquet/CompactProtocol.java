package dev.espalier.io.parquet;

/**
 * Walks a structure of Thrift's compact protocol without building it, so that what is read
 * afterwards is bounded by its own bytes: nesting, and the sizes of texts and lists.
 */
final class CompactProtocol {
  /** Parquet's own structures are 8 deep. */
  static final int MAX_NESTING = 32;

  private static final int STOP = 0;
  private static final int TRUE = 1;
  private static final int FALSE = 2;
  private static final int BYTE = 3;
  private static final int SHORT = 4;
  private static final int INT = 5;
  private static final int LONG = 6;
  private static final int DOUBLE = 7;
  private static final int BINARY = 8;
  private static final int LIST = 9;
  private static final int SET = 10;
  private static final int MAP = 11;
  private static final int STRUCT = 12;
  private static final int UUID = 13;

  private final byte[] bytes;
  private final int end;
  private int next;

  private CompactProtocol(byte[] bytes, int start, int end) {
    this.bytes = bytes;
    this.next = start;
    this.end = end;
  }

  /**
   * Where the structure that begins at {@code start} ends.
   *
   * @throws DamagedException if it does not end before {@code end} or is nested too deeply
   */
  static int endOfStruct(byte[] bytes, int start, int end) throws DamagedException {
    CompactProtocol walk = new CompactProtocol(bytes, start, end);
    walk.struct(1);
    return walk.next;
  }

  private void struct(int depth) throws DamagedException {
    if (depth > MAX_NESTING) {
      throw new DamagedException("its structure is nested deeper than " + MAX_NESTING);
    }
    while (true) {
      int header = oneByte();
      int type = header & 0x0F;
      if (type == STOP) {
        return;
      }
      if (header >> 4 == 0) {
        varint(); // the field's number
      }
      if (type != TRUE && type != FALSE) {
        value(type, depth);
      }
    }
  }

  private void value(int type, int depth) throws DamagedException {
    switch (type) {
      case TRUE, FALSE, BYTE -> skip(1); // a boolean in a list has a byte of its own
      case SHORT, INT, LONG -> varint();
      case DOUBLE -> skip(Long.BYTES);
      case BINARY -> skip(varint());
      case LIST, SET -> list(depth + 1);
      case MAP -> map(depth + 1);
      case STRUCT -> struct(depth + 1);
      case UUID -> skip(2 * Long.BYTES);
      default -> throw new DamagedException("byte " + next + " names no type");
    }
  }

  private void list(int depth) throws DamagedException {
    int header = oneByte();
    long size = header >> 4 == 0x0F ? varint() : header >> 4;
    elements(size, depth, header & 0x0F);
  }

  private void map(int depth) throws DamagedException {
    long size = varint();
    if (size == 0) {
      return;
    }
    int types = oneByte();
    elements(size, depth, types >> 4, types & 0x0F);
  }

  private void elements(long size, int depth, int... types) throws DamagedException {
    if (depth > MAX_NESTING) {
      throw new DamagedException("its structure is nested deeper than " + MAX_NESTING);
    }
    if (size < 0 || size > end - next) { // each takes a byte at least
      throw new DamagedException("a list of " + size + " does not fit into what follows it");
    }
    for (long i = 0; i < size; i++) {
      for (int type : types) {
        value(type, depth);
      }
    }
  }

  private int oneByte() throws DamagedException {
    if (next >= end) {
      throw new DamagedException("it ends within a value");
    }
    return bytes[next++] & 0xFF;
  }

  private void skip(long count) throws DamagedException {
    if (count < 0 || count > end - next) {
      throw new DamagedException("a value of " + count + " bytes does not fit into what follows");
    }
    next += (int) count;
  }

  private long varint() throws DamagedException {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      int part = oneByte();
      value |= (long) (part & 0x7F) << shift;
      if (part < 0x80) {
        return value;
      }
    }
    throw new DamagedException("a number does not end");
  }
}
