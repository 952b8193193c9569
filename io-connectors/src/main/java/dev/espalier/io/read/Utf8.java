package dev.espalier.io.read;

import dev.espalier.row.RowError;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Strict UTF-8. */
final class Utf8 {
  /** What stands for bytes that are not UTF-8. */
  static final char REPLACEMENT = '\uFFFD';

  private Utf8() {}

  /**
   * Bytes as text.
   *
   * @param text with {@link #REPLACEMENT} in place of bytes that are not UTF-8
   * @param invalidAt index of the first such byte, -1 if there is none
   */
  record Decoded(String text, int invalidAt) {}

  static Decoded decode(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    // The replacement may also be in the source itself.
    return new Decoded(text, text.indexOf(REPLACEMENT) < 0 ? -1 : firstInvalid(bytes));
  }

  private static int firstInvalid(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length);
    CoderResult result = StandardCharsets.UTF_8.newDecoder().decode(in, out, true);
    return result.isError() ? in.position() : -1;
  }

  /** Whether every surrogate in {@code text} is one of a pair. */
  static boolean isEncodable(String text) {
    return StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }

  /**
   * The error of a row that has such bytes.
   *
   * @param place what the bytes are of: {@code column "x"}
   */
  static RowError invalid(byte[] bytes, Decoded decoded, String place) {
    int at = decoded.invalidAt();
    return new RowError(
        RowError.INVALID_UTF8,
        "byte %s at offset %s of %s is not UTF-8".formatted(hex(bytes[at]), at, place),
        "");
  }

  /** The text with {@link #REPLACEMENT} in place of every surrogate that is not one of a pair. */
  static String replaceHalfPairs(String text) {
    StringBuilder whole = new StringBuilder(text.length());
    text.codePoints()
        .forEach(c -> whole.appendCodePoint(c >= 0xD800 && c <= 0xDFFF ? REPLACEMENT : c));
    return whole.toString();
  }

  /** The byte, as messages show it. */
  private static String hex(byte b) {
    return String.format(Locale.ROOT, "0x%02X", b & 0xFF);
  }
}
