package dev.espalier.io.read;

import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/** What Python prints of Parquet's times and bytes; all else is as {@link ParquetScalars} says. */
final class PythonScalars {
  private static final DateTimeFormatter TO_SECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT);

  private PythonScalars() {}

  static ParquetScalars of(PrimitiveType type) {
    LogicalTypeAnnotation logical = type.getLogicalTypeAnnotation();
    String name = String.valueOf(logical);
    if (logical instanceof TimestampLogicalTypeAnnotation timestamp) {
      long nanos = ParquetScalars.nanos(timestamp.getUnit());
      String zone = timestamp.isAdjustedToUTC() ? "+00:00" : "";
      return new ParquetScalars(
          false, name, value -> timestamp(value, nanos) + zone, PythonScalars::bytes);
    } else if (logical instanceof TimeLogicalTypeAnnotation time) {
      long nanos = ParquetScalars.nanos(time.getUnit());
      return new ParquetScalars(
          false, name, value -> time(Math.multiplyExact(value, nanos)), PythonScalars::bytes);
    } else if (logical == null && type.getPrimitiveTypeName() == PrimitiveTypeName.BINARY) {
      return new ParquetScalars(false, "BINARY", value -> value, PythonScalars::bytes);
    }
    return ParquetScalars.of(type);
  }

  private static String timestamp(long value, long nanos) {
    long perSecond = 1_000_000_000L / nanos;
    long seconds = Math.floorDiv(value, perSecond);
    int ofSecond = (int) (Math.floorMod(value, perSecond) * nanos);
    return TO_SECONDS.format(LocalDateTime.ofEpochSecond(seconds, 0, ZoneOffset.UTC))
        + fraction(ofSecond);
  }

  private static String time(long nanosOfDay) {
    LocalTime time = LocalTime.ofNanoOfDay(nanosOfDay);
    return String.format(
            Locale.ROOT, "%02d:%02d:%02d", time.getHour(), time.getMinute(), time.getSecond())
        + fraction(time.getNano());
  }

  /** None, six digits, or nine where there are nanoseconds. */
  private static String fraction(int nanos) {
    if (nanos == 0) {
      return "";
    }
    return nanos % 1000 == 0
        ? String.format(Locale.ROOT, ".%06d", nanos / 1000)
        : String.format(Locale.ROOT, ".%09d", nanos);
  }

  private static String bytes(Binary value) {
    String latin = new String(value.getBytes(), StandardCharsets.ISO_8859_1);
    char quote = latin.indexOf('\'') >= 0 && latin.indexOf('"') < 0 ? '"' : '\'';
    StringBuilder text = new StringBuilder("b").append(quote);
    for (int i = 0; i < latin.length(); i++) {
      char c = latin.charAt(i);
      switch (c) {
        case '\t' -> text.append("\\t");
        case '\n' -> text.append("\\n");
        case '\r' -> text.append("\\r");
        default -> {
          if (c == quote || c == '\\') {
            text.append('\\').append(c);
          } else if (c < ' ' || c > '~') {
            text.append(String.format(Locale.ROOT, "\\x%02x", (int) c));
          } else {
            text.append(c);
          }
        }
      }
    }
    return text.append(quote).toString();
  }
}
