package dev.espalier.io.read;

import dev.espalier.io.FileProblemException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.HexFormat;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.GroupType;
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
import org.apache.parquet.schema.LogicalTypeAnnotation.VariantLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;

/**
 * What the values of a primitive Parquet type become. The type of a column decides, never a value.
 *
 * <ul>
 *   <li>integers: Long; unsigned of 64 bits beyond Long: their decimal text
 *   <li>float, double, float16: Double
 *   <li>boolean: Boolean
 *   <li>STRING, ENUM, JSON: String
 *   <li>DECIMAL: Long if it has no scale and at most 18 digits, else its exact text
 *   <li>DATE, TIME, TIMESTAMP: ISO 8601 text with seconds; a timestamp ends with {@code Z} if it is
 *       an instant
 *   <li>INT96 (timestamps of old writers): ISO 8601 text without a zone
 *   <li>INTERVAL: an ISO 8601 duration of months, days and seconds
 *   <li>UUID: its text
 *   <li>all other bytes (BSON, GEOMETRY and GEOGRAPHY too): Base64
 * </ul>
 */
final class ParquetScalars {
  private static final int LONG_DIGITS = 18;
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private static final long JULIAN_DAY_OF_EPOCH = 2_440_588;

  private final boolean text;
  private final String name;
  private final LongFunction<Object> ofInteger;
  private final Function<Binary, Object> ofBinary;

  ParquetScalars(
      boolean text,
      String name,
      LongFunction<Object> ofInteger,
      Function<Binary, Object> ofBinary) {
    this.text = text;
    this.name = name;
    this.ofInteger = ofInteger;
    this.ofBinary = ofBinary;
  }

  static ParquetScalars of(PrimitiveType type) {
    LogicalTypeAnnotation logical = type.getLogicalTypeAnnotation();
    boolean text =
        logical instanceof StringLogicalTypeAnnotation
            || logical instanceof EnumLogicalTypeAnnotation
            || logical instanceof JsonLogicalTypeAnnotation;
    String name = String.valueOf(logical == null ? type.getPrimitiveTypeName() : logical);
    return new ParquetScalars(text, name, integers(logical), binaries(type, logical));
  }

  /** Whether some value of the type is an integer, or a text that may be one. */
  static boolean mayBeInteger(PrimitiveType type) {
    LogicalTypeAnnotation logical = type.getLogicalTypeAnnotation();
    if (logical instanceof DecimalLogicalTypeAnnotation decimal) {
      return decimal.getScale() == 0;
    }
    boolean isInteger =
        (type.getPrimitiveTypeName() == PrimitiveTypeName.INT32
                || type.getPrimitiveTypeName() == PrimitiveTypeName.INT64)
            && (logical == null || logical instanceof IntLogicalTypeAnnotation);
    return isInteger || of(type).isText();
  }

  /** A value that its type does not have, such as a time of 25 hours. The message is a clause. */
  static final class NotOfItsTypeException extends Exception {
    NotOfItsTypeException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * Refuses what is not read.
   *
   * @param path for the message
   */
  static void checkSupported(String path, GroupType group) throws FileProblemException {
    for (Type field : group.getFields()) {
      if (field.getLogicalTypeAnnotation() instanceof VariantLogicalTypeAnnotation) {
        throw new FileProblemException(
            "%s: column \"%s\" has the type VARIANT, which is not read"
                .formatted(path, field.getName()),
            "Write it as JSON text, or leave the column out");
      }
      if (!field.isPrimitive()) {
        checkSupported(path, field.asGroupType());
      }
    }
  }

  /** Whether the bytes are UTF-8. */
  boolean isText() {
    return text;
  }

  /** For INT32 and INT64. */
  Object ofInteger(long value) throws NotOfItsTypeException {
    try {
      return ofInteger.apply(value);
    } catch (DateTimeException | ArithmeticException e) {
      throw new NotOfItsTypeException(value + " is no value of the type " + name, e);
    }
  }

  /** For BINARY, FIXED_LEN_BYTE_ARRAY and INT96 that are not text. */
  Object ofBinary(Binary value) throws NotOfItsTypeException {
    try {
      return ofBinary.apply(value);
    } catch (DateTimeException | ArithmeticException | NumberFormatException e) {
      String hex =
          HexFormat.of().formatHex(value.getBytesUnsafe(), 0, Math.min(value.length(), 32));
      throw new NotOfItsTypeException("0x" + hex + " is no value of the type " + name, e);
    }
  }

  private static LongFunction<Object> integers(LogicalTypeAnnotation logical) {
    if (logical instanceof DateLogicalTypeAnnotation) {
      return days -> LocalDate.ofEpochDay(days).toString();
    }
    if (logical instanceof TimeLogicalTypeAnnotation time) {
      return value -> time(LocalTime.ofNanoOfDay(Math.multiplyExact(value, nanos(time.getUnit()))));
    }
    if (logical instanceof TimestampLogicalTypeAnnotation timestamp) {
      return value -> timestamp(value, timestamp.getUnit(), timestamp.isAdjustedToUTC());
    }
    if (logical instanceof DecimalLogicalTypeAnnotation decimal) {
      return value -> decimal(BigInteger.valueOf(value), decimal);
    }
    if (logical instanceof IntLogicalTypeAnnotation integer && !integer.isSigned()) {
      return integer.getBitWidth() == Long.SIZE
          ? value -> value >= 0 ? (Object) value : Long.toUnsignedString(value)
          : value -> value & 0xFFFF_FFFFL;
    }
    return value -> value;
  }

  private static Function<Binary, Object> binaries(
      PrimitiveType type, LogicalTypeAnnotation logical) {
    if (logical instanceof DecimalLogicalTypeAnnotation decimal) {
      return value -> decimal(new BigInteger(value.getBytesUnsafe()), decimal);
    }
    if (logical instanceof UUIDLogicalTypeAnnotation) {
      return value -> {
        ByteBuffer bytes = value.toByteBuffer();
        return new UUID(bytes.getLong(), bytes.getLong()).toString();
      };
    }
    if (logical instanceof Float16LogicalTypeAnnotation) {
      return value -> float16(value.toByteBuffer().order(ByteOrder.LITTLE_ENDIAN).getShort());
    }
    if (logical instanceof IntervalLogicalTypeAnnotation) {
      return ParquetScalars::interval;
    }
    if (type.getPrimitiveTypeName() == PrimitiveTypeName.INT96) {
      return ParquetScalars::int96;
    }
    return value -> Base64.getEncoder().encodeToString(value.getBytesUnsafe());
  }

  /** IEEE 754 binary16: a sign, five bits of exponent with bias 15, ten of fraction. */
  private static double float16(short bits) {
    int exponent = (bits >> 10) & 0x1F;
    int fraction = bits & 0x3FF;
    double magnitude;
    if (exponent == 0x1F) {
      magnitude = fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
    } else if (exponent == 0) {
      magnitude = Math.scalb((double) fraction, -24);
    } else {
      magnitude = Math.scalb((double) (0x400 | fraction), exponent - 25);
    }
    return bits < 0 ? -magnitude : magnitude;
  }

  private static Object decimal(BigInteger unscaled, DecimalLogicalTypeAnnotation type) {
    BigDecimal value = new BigDecimal(unscaled, type.getScale());
    if (value.precision() > type.getPrecision()) {
      throw new ArithmeticException("more digits than the type has");
    }
    if (type.getScale() == 0 && type.getPrecision() <= LONG_DIGITS) {
      return unscaled.longValueExact();
    }
    return value.toPlainString();
  }

  static long nanos(TimeUnit unit) {
    return switch (unit) {
      case MILLIS -> 1_000_000L;
      case MICROS -> 1_000L;
      case NANOS -> 1L;
    };
  }

  private static String timestamp(long value, TimeUnit unit, boolean instant) {
    long perSecond = NANOS_PER_SECOND / nanos(unit);
    long seconds = Math.floorDiv(value, perSecond);
    long nanos = Math.floorMod(value, perSecond) * nanos(unit);
    Instant time = Instant.ofEpochSecond(seconds, nanos);
    return instant ? time.toString() : local(time.atOffset(ZoneOffset.UTC).toLocalDateTime());
  }

  /** With seconds always, and 0, 3, 6 or 9 digits after them. */
  private static String time(LocalTime time) {
    boolean whole = time.getSecond() == 0 && time.getNano() == 0;
    return time + (whole ? ":00" : "");
  }

  private static String local(LocalDateTime time) {
    return time.toLocalDate() + "T" + time(time.toLocalTime());
  }

  /** Nanoseconds of the day, then the Julian day number, both little-endian. */
  private static Object int96(Binary value) {
    ByteBuffer bytes = ByteBuffer.wrap(value.getBytes()).order(ByteOrder.LITTLE_ENDIAN);
    long nanos = bytes.getLong();
    LocalDate day = LocalDate.ofEpochDay(bytes.getInt() - JULIAN_DAY_OF_EPOCH);
    return local(day.atStartOfDay().plusNanos(nanos));
  }

  /** Months, days and milliseconds, each unsigned and little-endian; none is part of another. */
  private static String interval(Binary value) {
    ByteBuffer bytes = ByteBuffer.wrap(value.getBytes()).order(ByteOrder.LITTLE_ENDIAN);
    long months = Integer.toUnsignedLong(bytes.getInt());
    long days = Integer.toUnsignedLong(bytes.getInt());
    BigDecimal seconds = BigDecimal.valueOf(Integer.toUnsignedLong(bytes.getInt()), 3);
    String date = (months == 0 ? "" : months + "M") + (days == 0 ? "" : days + "D");
    boolean noTime = seconds.signum() == 0 && !date.isEmpty();
    String time =
        seconds.signum() == 0 ? "T0S" : "T" + seconds.stripTrailingZeros().toPlainString() + "S";
    return "P" + date + (noTime ? "" : time);
  }
}
