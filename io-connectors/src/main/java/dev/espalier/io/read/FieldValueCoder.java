package dev.espalier.io.read;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.coders.CoderException;
import org.apache.beam.sdk.coders.CustomCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.util.VarInt;

/**
 * A value of a field: a tag of one byte, then the value. Deterministic: a map keeps its order.
 *
 * <p>{@code N} null, {@code T} true, {@code F} false, {@code I} varint, {@code D} eight bytes,
 * {@code S} length and UTF-8, {@code L} size and values, {@code M} size, keys and values.
 */
final class FieldValueCoder extends CustomCoder<Object> {
  static final FieldValueCoder INSTANCE = new FieldValueCoder();
  private static final StringUtf8Coder STRINGS = StringUtf8Coder.of();

  private FieldValueCoder() {}

  @Override
  public void encode(Object value, OutputStream out) throws IOException {
    if (value == null) {
      out.write('N');
    } else if (value instanceof Boolean b) {
      out.write(b ? 'T' : 'F');
    } else if (value instanceof Long number) {
      out.write('I');
      VarInt.encode(number, out);
    } else if (value instanceof Double number) {
      out.write('D');
      new DataOutputStream(out).writeDouble(number);
    } else if (value instanceof String text) {
      out.write('S');
      STRINGS.encode(text, out);
    } else if (value instanceof List<?> list) {
      out.write('L');
      VarInt.encode(list.size(), out);
      for (Object element : list) {
        encode(element, out);
      }
    } else if (value instanceof Map<?, ?> map) {
      out.write('M');
      encodeMap(map, out);
    } else {
      throw new CoderException("a field cannot hold a " + value.getClass().getName());
    }
  }

  @Override
  public Object decode(InputStream in) throws IOException {
    int tag = in.read();
    return switch (tag) {
      case 'N' -> null;
      case 'T' -> true;
      case 'F' -> false;
      case 'I' -> VarInt.decodeLong(in);
      case 'D' -> new DataInputStream(in).readDouble();
      case 'S' -> STRINGS.decode(in);
      case 'L' -> decodeList(in);
      case 'M' -> decodeMap(in);
      default -> throw new CoderException("not a field value: tag " + tag);
    };
  }

  void encodeMap(Map<?, ?> map, OutputStream out) throws IOException {
    VarInt.encode(map.size(), out);
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      STRINGS.encode((String) entry.getKey(), out);
      encode(entry.getValue(), out);
    }
  }

  Map<String, Object> decodeMap(InputStream in) throws IOException {
    int size = VarInt.decodeInt(in);
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < size; i++) {
      String name = STRINGS.decode(in);
      map.put(name, decode(in));
    }
    return map;
  }

  private List<Object> decodeList(InputStream in) throws IOException {
    int size = VarInt.decodeInt(in);
    List<Object> list = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      list.add(decode(in));
    }
    return list;
  }

  @Override
  public void verifyDeterministic() {
    // Maps keep their order and no type has two encodings.
  }
}
