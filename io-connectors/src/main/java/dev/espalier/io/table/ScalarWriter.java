package dev.espalier.io.table;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.NumberOutput;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.JulianFields;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DateLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.EnumLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.Float16LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntervalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.JsonLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.StringLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.UUIDLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;

/**
 * Writes the scalars of rows as values of a Parquet type: the inverse of what reading makes of
 * them, so that a value that was read and is written to a column of its type is the same. A scalar
 * may also come as its text, as keys of maps and ids do.
 */
final class ScalarWriter {
  private static final JsonMapper JSON = new JsonMapper();
  private static final long NANOS_PER_SECOND = 1_000_000_000L;
  private static final Pattern INTERVAL =
      Pattern.compile("P(?:(\\d+)M)?(?:(\\d+)D)?(?:T(\\d+(?:\\.\\d+)?)S)?");

  private ScalarWriter() {}

  /** Turns values into what a column of a type holds. */
  interface Scalar {
    /**
     * What writes {@code value} once its field was started.
     *
     * @throws IllegalArgumentException if the value is none of the type
     */
    Consumer<RecordConsumer> of(Object value);
  }

  static Scalar of(PrimitiveType type) {
    return switch (type.getPrimitiveTypeName()) {
      case BOOLEAN ->
          value -> {
            boolean truth = truth(value);
            return out -> out.addBoolean(truth);
          };
      case FLOAT ->
          value -> {
            float fraction = (float) fraction(value);
            return out -> out.addFloat(fraction);
          };
      case DOUBLE ->
          value -> {
            double fraction = fraction(value);
            return out -> out.addDouble(fraction);
          };
      case INT32 ->
          value -> {
            int integer = (int) integer(value, type);
            return out -> out.addInteger(integer);
          };
      case INT64 ->
          value -> {
            long integer = integer(value, type);
            return out -> out.addLong(integer);
          };
      case INT96 -> value -> binary(int96(text(value)));
      case BINARY, FIXED_LEN_BYTE_ARRAY -> value -> binary(binary(value, type));
    };
  }

  private static Consumer<RecordConsumer> binary(Binary bytes) {
    return out -> out.addBinary(bytes);
  }

  /** As UTF-8, with U+FFFD in place of half a surrogate pair. */
  static Binary utf8(String text) {
    return Binary.fromConstantByteArray(wellFormed(text).getBytes(StandardCharsets.UTF_8));
  }

  private static String wellFormed(String text) {
    StringBuilder mended = null;
    for (int i = 0; i < text.length(); i++) {
      char unit = text.charAt(i);
      if (!Character.isSurrogate(unit)) {
        continue;
      }
      if (i + 1 < text.length() && Character.isSurrogatePair(unit, text.charAt(i + 1))) {
        i++;
        continue;
      }
      mended = mended == null ? new StringBuilder(text) : mended;
      mended.setCharAt(i, '\uFFFD');
    }
    return mended == null ? text : mended.toString();
  }

  /** A NaN may have many bit patterns; files have one. */
  static double canonical(double value) {
    return Double.isNaN(value) ? Double.NaN : value;
  }

  /** Text as it is, lists and maps as JSON, numbers in their shortest form. */
  static String text(Object value) {
    if (value instanceof List || value instanceof Map) {
      try {
        return JSON.writeValueAsString(value);
      } catch (JsonProcessingException e) {
        throw new IllegalArgumentException("a value is no JSON", e);
      }
    }
    // Jackson's shortest form: that of Double.toString differs between Java versions.
    return value instanceof Double number ? NumberOutput.toString(number, true) : value.toString();
  }

  private static boolean truth(Object value) {
    return switch (value.toString()) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException(value + " is no truth value");
    };
  }

  private static double fraction(Object value) {
    return canonical(
        value instanceof Number number
            ? number.doubleValue()
            : Double.parseDouble(value.toString()));
  }

  private static long integer(Object value, PrimitiveType type) {
    LogicalTypeAnnotation logical = type.getLogicalTypeAnnotation();
    try {
      if (logical instanceof DateLogicalTypeAnnotation) {
        return LocalDate.parse(text(value)).toEpochDay();
      } else if (logical instanceof TimeLogicalTypeAnnotation time) {
        return LocalTime.parse(text(value)).toNanoOfDay() / nanos(time.getUnit());
      } else if (logical instanceof TimestampLogicalTypeAnnotation timestamp) {
        return timestamp(text(value), timestamp);
      } else if (logical instanceof DecimalLogicalTypeAnnotation decimal) {
        return unscaled(value, decimal).longValueExact();
      }
    } catch (DateTimeException | ArithmeticException e) {
      throw new IllegalArgumentException(value + " is no value of the type " + logical, e);
    }
    if (value instanceof Long number) {
      return number;
    }
    boolean unsigned = logical instanceof IntLogicalTypeAnnotation whole && !whole.isSigned();
    return unsigned ? Long.parseUnsignedLong(value.toString()) : Long.parseLong(value.toString());
  }

  private static BigInteger unscaled(Object value, DecimalLogicalTypeAnnotation type) {
    return new BigDecimal(value.toString()).setScale(type.getScale()).unscaledValue();
  }

  private static long nanos(TimeUnit unit) {
    return switch (unit) {
      case MILLIS -> 1_000_000L;
      case MICROS -> 1_000L;
      case NANOS -> 1L;
    };
  }

  private static long timestamp(String text, TimestampLogicalTypeAnnotation type) {
    Instant time =
        type.isAdjustedToUTC()
            ? Instant.parse(text)
            : LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
    long nanos = nanos(type.getUnit());
    // At the lower end the product alone is beyond 64 bits, and the sum is not.
    return time.getEpochSecond() * (NANOS_PER_SECOND / nanos) + time.getNano() / nanos;
  }

  private static Binary binary(Object value, PrimitiveType type) {
    LogicalTypeAnnotation logical = type.getLogicalTypeAnnotation();
    boolean isText =
        logical instanceof StringLogicalTypeAnnotation
            || logical instanceof EnumLogicalTypeAnnotation
            || logical instanceof JsonLogicalTypeAnnotation;
    if (isText) {
      return utf8(text(value));
    }
    byte[] bytes;
    if (logical instanceof DecimalLogicalTypeAnnotation decimal) {
      try {
        bytes = unscaled(value, decimal).toByteArray();
      } catch (ArithmeticException e) {
        throw new IllegalArgumentException(value + " is no value of the type " + decimal, e);
      }
      bytes = type.getTypeLength() > 0 ? extended(bytes, type.getTypeLength()) : bytes;
    } else if (logical instanceof UUIDLogicalTypeAnnotation) {
      UUID id = UUID.fromString(text(value));
      bytes =
          ByteBuffer.allocate(2 * Long.BYTES)
              .putLong(id.getMostSignificantBits())
              .putLong(id.getLeastSignificantBits())
              .array();
    } else if (logical instanceof Float16LogicalTypeAnnotation) {
      bytes = littleEndian(Short.BYTES).putShort(float16(fraction(value))).array();
    } else if (logical instanceof IntervalLogicalTypeAnnotation) {
      bytes = interval(text(value));
    } else {
      bytes = Base64.getDecoder().decode(text(value));
    }
    if (type.getTypeLength() > 0 && bytes.length != type.getTypeLength()) {
      throw new IllegalArgumentException(
          bytes.length + " bytes where the type has " + type.getTypeLength());
    }
    return Binary.fromConstantByteArray(bytes);
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The same number in more bytes. */
  private static byte[] extended(byte[] number, int length) {
    if (number.length >= length) {
      return number;
    }
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) (number[0] < 0 ? -1 : 0));
    System.arraycopy(number, 0, bytes, length - number.length, number.length);
    return bytes;
  }

  /** The binary16 that {@code value} is exactly: values come from such a column. */
  private static short float16(double value) {
    int sign = Double.doubleToRawLongBits(value) < 0 ? 0x8000 : 0;
    double magnitude = Math.abs(value);
    if (Double.isNaN(value)) {
      return (short) 0x7E00;
    } else if (Double.isInfinite(value)) {
      return (short) (sign | 0x7C00);
    } else if (magnitude < 0x1p-14) {
      return (short) (sign | (int) (magnitude * 0x1p24));
    }
    int exponent = Math.getExponent(magnitude);
    int fraction = (int) Math.scalb(magnitude, 10 - exponent) & 0x3FF;
    return (short) (sign | (exponent + 15) << 10 | fraction);
  }

  private static byte[] interval(String text) {
    Matcher parts = INTERVAL.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException(text + " is no duration");
    }
    String seconds = parts.group(3) == null ? "0" : parts.group(3);
    return littleEndian(3 * Integer.BYTES)
        .putInt((int) number(parts.group(1)))
        .putInt((int) number(parts.group(2)))
        .putInt((int) new BigDecimal(seconds).movePointRight(3).longValue())
        .array();
  }

  private static long number(String digits) {
    return digits == null ? 0 : Long.parseLong(digits);
  }

  /** Nanoseconds of the day, then the Julian day number, both little-endian. */
  private static Binary int96(String text) {
    try {
      LocalDateTime time = LocalDateTime.parse(text);
      return Binary.fromConstantByteArray(
          littleEndian(Long.BYTES + Integer.BYTES)
              .putLong(time.toLocalTime().toNanoOfDay())
              .putInt((int) time.getLong(JulianFields.JULIAN_DAY))
              .array());
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(text + " is no timestamp", e);
    }
  }
}
