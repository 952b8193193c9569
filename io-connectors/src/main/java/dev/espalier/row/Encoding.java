package dev.espalier.row;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.beam.sdk.coders.CoderException;
import org.apache.beam.sdk.util.VarInt;

/**
 * The bytes of values and of the parts that several coders share. Equal values have equal bytes.
 */
public final class Encoding {
  private static final int NULL = 0;
  private static final int TEXT = 1;
  private static final int INTEGER = 2;
  private static final int NUMBER = 3;
  private static final int TRUE = 4;
  private static final int FALSE = 5;
  private static final int LIST = 6;
  private static final int MAP = 7;

  private Encoding() {}

  public static void writeCount(long count, OutputStream out) throws IOException {
    VarInt.encode(count, out);
  }

  public static int readCount(InputStream in) throws IOException {
    return VarInt.decodeInt(in);
  }

  public static long readLongCount(InputStream in) throws IOException {
    return VarInt.decodeLong(in);
  }

  public static void writeFlag(boolean flag, OutputStream out) throws IOException {
    out.write(flag ? 1 : 0);
  }

  public static boolean readFlag(InputStream in) throws IOException {
    int flag = in.read();
    if (flag != 0 && flag != 1) {
      throw new CoderException(flag < 0 ? "ends before a flag" : "byte " + flag + " is no flag");
    }
    return flag == 1;
  }

  /** UTF-8, or UTF-16 where a surrogate has no partner, which UTF-8 cannot hold. */
  public static void writeText(String text, OutputStream out) throws IOException {
    boolean wellFormed = isWellFormed(text);
    byte[] bytes = wellFormed ? text.getBytes(StandardCharsets.UTF_8) : utf16(text);
    VarInt.encode(bytes.length * 2L + (wellFormed ? 0 : 1), out);
    out.write(bytes);
  }

  public static String readText(InputStream in) throws IOException {
    long header = VarInt.decodeLong(in);
    byte[] bytes = readBytes(Math.toIntExact(header >>> 1), in);
    if ((header & 1) == 0) {
      return new String(bytes, StandardCharsets.UTF_8);
    }
    char[] chars = new char[bytes.length / 2];
    for (int i = 0; i < chars.length; i++) {
      chars[i] = (char) ((bytes[2 * i] & 0xff) << 8 | (bytes[2 * i + 1] & 0xff));
    }
    return new String(chars);
  }

  /** Whether every surrogate in {@code text} is one of a pair, so that UTF-8 can hold it. */
  public static boolean isWellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      char unit = text.charAt(i);
      if (Character.isSurrogate(unit)) {
        boolean pair = i + 1 < text.length() && Character.isSurrogatePair(unit, text.charAt(i + 1));
        if (!pair) {
          return false;
        }
        i++;
      }
    }
    return true;
  }

  private static byte[] utf16(String text) {
    byte[] bytes = new byte[2 * text.length()];
    for (int i = 0; i < text.length(); i++) {
      bytes[2 * i] = (byte) (text.charAt(i) >>> 8);
      bytes[2 * i + 1] = (byte) text.charAt(i);
    }
    return bytes;
  }

  public static void writeBytes(byte[] bytes, OutputStream out) throws IOException {
    VarInt.encode(bytes.length, out);
    out.write(bytes);
  }

  public static byte[] readBytes(InputStream in) throws IOException {
    return readBytes(readCount(in), in);
  }

  private static byte[] readBytes(int length, InputStream in) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new CoderException("ends after " + bytes.length + " of " + length + " bytes");
    }
    return bytes;
  }

  public static void writeError(Optional<RowError> error, OutputStream out) throws IOException {
    writeFlag(error.isPresent(), out);
    if (error.isPresent()) {
      writeText(error.get().code(), out);
      writeText(error.get().message(), out);
      writeText(error.get().step(), out);
    }
  }

  public static Optional<RowError> readError(InputStream in) throws IOException {
    return readFlag(in)
        ? Optional.of(new RowError(readText(in), readText(in), readText(in)))
        : Optional.empty();
  }

  public static void writeNumber(double number, OutputStream out) throws IOException {
    new DataOutputStream(out).writeDouble(number);
  }

  public static double readNumber(InputStream in) throws IOException {
    return new DataInputStream(in).readDouble();
  }

  /** Null, String, Long, Double, Boolean, or a List or Map of these. */
  public static void writeValue(Object value, OutputStream out) throws IOException {
    if (value == null) {
      out.write(NULL);
    } else if (value instanceof String text) {
      out.write(TEXT);
      writeText(text, out);
    } else if (value instanceof Long integer) {
      out.write(INTEGER);
      VarInt.encode(fold(integer), out);
    } else if (value instanceof Double number) {
      out.write(NUMBER);
      writeNumber(number, out);
    } else if (value instanceof Boolean truth) {
      out.write(truth ? TRUE : FALSE);
    } else if (value instanceof List<?> list) {
      out.write(LIST);
      VarInt.encode(list.size(), out);
      for (Object element : list) {
        writeValue(element, out);
      }
    } else if (value instanceof Map<?, ?> map) {
      out.write(MAP);
      writeMap(map, out);
    } else {
      throw new CoderException(
          "a field is a "
              + value.getClass().getName()
              + "; fields are String, Long, Double, Boolean, null, or a List or Map of these");
    }
  }

  public static Object readValue(InputStream in) throws IOException {
    int kind = in.read();
    return switch (kind) {
      case NULL -> null;
      case TEXT -> readText(in);
      case INTEGER -> unfold(VarInt.decodeLong(in));
      case NUMBER -> readNumber(in);
      case TRUE -> true;
      case FALSE -> false;
      case LIST -> readList(in);
      case MAP -> readMap(in);
      default -> throw new CoderException("no value begins with byte " + kind);
    };
  }

  /** Small numbers of either sign to small numbers of none. */
  private static long fold(long number) {
    return (number << 1) ^ (number >> 63);
  }

  private static long unfold(long folded) {
    return (folded >>> 1) ^ -(folded & 1);
  }

  private static List<Object> readList(InputStream in) throws IOException {
    int size = readCount(in);
    List<Object> list = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      list.add(readValue(in));
    }
    return list;
  }

  public static void writeMap(Map<?, ?> map, OutputStream out) throws IOException {
    VarInt.encode(map.size(), out);
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      writeText((String) entry.getKey(), out);
      writeValue(entry.getValue(), out);
    }
  }

  public static Map<String, Object> readMap(InputStream in) throws IOException {
    int size = readCount(in);
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < size; i++) {
      String key = readText(in);
      map.put(key, readValue(in));
    }
    return map;
  }
}
