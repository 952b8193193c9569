package dev.espalier.engine.generate;

/** Reads code points out of UTF-8 that may be malformed or not complete yet. */
final class Utf8Reader {
  private static final int REPLACEMENT = 0xFFFD;

  private Utf8Reader() {}

  /**
   * Bytes of the character at {@code from}, 0 if it may still be completed after {@code to}. Bytes
   * that begin no character count one by one.
   */
  static int size(byte[] bytes, int from, int to) {
    int size = sizeByFirst(bytes[from] & 0xff);
    for (int i = 1; i < size; i++) {
      if (from + i == to) {
        return 0;
      }
      int b = bytes[from + i] & 0xff;
      if ((b & 0xc0) != 0x80 || (i == 1 && !isSecond(bytes[from] & 0xff, b))) {
        return 1;
      }
    }
    return size;
  }

  private static int sizeByFirst(int first) {
    if (first < 0xc2 || first > 0xf4) {
      return 1;
    }
    return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  }

  /** Neither too long a form, nor a surrogate, nor beyond U+10FFFF. */
  private static boolean isSecond(int first, int second) {
    return switch (first) {
      case 0xe0 -> second >= 0xa0;
      case 0xed -> second < 0xa0;
      case 0xf0 -> second >= 0x90;
      case 0xf4 -> second < 0x90;
      default -> true;
    };
  }

  /** The code point of the {@code size} bytes at {@code from}. */
  static int codePoint(byte[] bytes, int from, int size) {
    int first = bytes[from] & 0xff;
    if (size == 1) {
      return first < 0x80 ? first : REPLACEMENT;
    }
    int codePoint = first & (0x7f >> size);
    for (int i = 1; i < size; i++) {
      codePoint = codePoint << 6 | (bytes[from + i] & 0x3f);
    }
    return codePoint;
  }
}
