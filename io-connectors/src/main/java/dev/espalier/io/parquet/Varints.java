package dev.espalier.io.parquet;

import java.nio.ByteBuffer;

/** Numbers of seven bits a byte, the lowest first. */
final class Varints {
  private Varints() {}

  static long next(ByteBuffer in) throws DamagedException {
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
