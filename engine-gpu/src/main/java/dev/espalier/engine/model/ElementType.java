package dev.espalier.engine.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Type of the elements of a tensor; the names are those of safetensors. */
public enum ElementType {
  BF16(2),
  F16(2),
  F32(4);

  private static final float TWO_TO_MINUS_24 = 0x1p-24f;

  private final int bytes;

  ElementType(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }

  /** Writes the first {@code count} elements of {@code in} to {@code out}, exactly, as float32. */
  public void decode(ByteBuffer in, float[] out, int offset, int count) {
    ByteBuffer source = in.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    int first = source.position();
    for (int i = 0; i < count; i++) {
      int at = first + i * bytes;
      out[offset + i] =
          switch (this) {
            case F32 -> source.getFloat(at);
            case BF16 -> Float.intBitsToFloat(source.getShort(at) << 16);
            case F16 -> fromHalf(source.getShort(at));
          };
    }
  }

  private static float fromHalf(short half) {
    int sign = (half & 0x8000) << 16;
    int exponent = half >> 10 & 0x1f;
    int fraction = half & 0x3ff;
    if (exponent == 0) {
      float magnitude = fraction * TWO_TO_MINUS_24;
      return sign == 0 ? magnitude : -magnitude;
    }
    int biased = exponent == 0x1f ? 0xff : exponent - 15 + 127;
    return Float.intBitsToFloat(sign | biased << 23 | fraction << 13);
  }
}
