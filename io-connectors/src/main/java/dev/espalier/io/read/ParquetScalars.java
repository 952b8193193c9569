package dev.espalier.io.read;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DateLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.EnumLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.Float16LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.JsonLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.StringLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.UUIDLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/**
 * What the values of a primitive Parquet type become. The type of a column decides, never a value.
 *
 * <ul>
 *   <li>integers: Long; unsigned of 64 bits beyond Long: their decimal text
 *   <li>float, double, float16: Double
 *   <li>boolean: Boolean
 *   <li>STRING, ENUM, JSON: String
 *   <li>DECIMAL: Long if it has no scale and at most 18 digits, else its exact text
 *   <li>DATE, TIME, TIMESTAMP: ISO 8601 text; a timestamp ends with {@code Z} if it is an instant
 *   <li>INT96 (timestamps of old writers): ISO 8601 text without a zone
 *   <li>UUID: its text
 *   <li>all other bytes: Base64
 * </ul>
 */
final class ParquetScalars {
  private static final int LONG_DIGITS = 18;
  private static final long NANOS_PER_SECOND = 1_000_000_000L;
  private static final long JULIAN_DAY_OF_EPOCH = 2_440_588;

  private final boolean text;
  private final LongFunction<Object> ofInteger;
  private final Function<Binary, Object> ofBinary;

  private ParquetScalars(
      boolean text, LongFunction<Object> ofInteger, Function<Binary, Object> ofBinary) {
    this.text = text;
    this.ofInteger = ofInteger;
    this.ofBinary = ofBinary;
  }

  static ParquetScalars of(PrimitiveType type) {
    LogicalTypeAnnotation logical = type.getLogicalTypeAnnotation();
    boolean text =
        logical instanceof StringLogicalTypeAnnotation
            || logical instanceof EnumLogicalTypeAnnotation
            || logical instanceof JsonLogicalTypeAnnotation;
    return new ParquetScalars(text, integers(logical), binaries(type, logical));
  }

  /** Whether the bytes are UTF-8. */
  boolean isText() {
    return text;
  }

  /** For INT32 and INT64. */
  Object ofInteger(long value) {
    return ofInteger.apply(value);
  }

  /** For BINARY, FIXED_LEN_BYTE_ARRAY and INT96 that are not text. */
  Object ofBinary(Binary value) {
    return ofBinary.apply(value);
  }

  private static LongFunction<Object> integers(LogicalTypeAnnotation logical) {
    if (logical instanceof DateLogicalTypeAnnotation) {
      return days -> LocalDate.ofEpochDay(days).toString();
    }
    if (logical instanceof TimeLogicalTypeAnnotation time) {
      return value -> LocalTime.ofNanoOfDay(value * nanos(time.getUnit())).toString();
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
    if (type.getScale() == 0 && type.getPrecision() <= LONG_DIGITS) {
      return unscaled.longValueExact();
    }
    return new BigDecimal(unscaled, type.getScale()).toPlainString();
  }

  private static long nanos(TimeUnit unit) {
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
    return instant ? time.toString() : time.atOffset(ZoneOffset.UTC).toLocalDateTime().toString();
  }

  /** Nanoseconds of the day, then the Julian day number, both little-endian. */
  private static Object int96(Binary value) {
    ByteBuffer bytes = ByteBuffer.wrap(value.getBytes()).order(ByteOrder.LITTLE_ENDIAN);
    long nanos = bytes.getLong();
    LocalDate day = LocalDate.ofEpochDay(bytes.getInt() - JULIAN_DAY_OF_EPOCH);
    return day.atStartOfDay().plusNanos(nanos).toString();
  }
}
