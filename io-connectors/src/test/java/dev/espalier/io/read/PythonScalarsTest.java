package dev.espalier.io.read;

import static org.apache.parquet.schema.LogicalTypeAnnotation.timeType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.timestampType;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;
import org.junit.jupiter.api.Test;

/** Against what {@code str} of Python 3.11 says of datetime, time and bytes. */
class PythonScalarsTest {
  private static Object integer(LogicalTypeAnnotation type, long value) throws Exception {
    PrimitiveTypeName stored =
        type.equals(timeType(false, TimeUnit.MILLIS))
            ? PrimitiveTypeName.INT32
            : PrimitiveTypeName.INT64;
    return PythonScalars.of(Types.optional(stored).as(type).named("t")).ofInteger(value);
  }

  @Test
  void timestampsHaveABlankAndSixDigitsOrNone() throws Exception {
    LogicalTypeAnnotation local = timestampType(false, TimeUnit.MICROS);
    assertThat(integer(local, 0)).isEqualTo("1970-01-01 00:00:00");
    assertThat(integer(local, 1706696430123000L)).isEqualTo("2024-01-31 10:20:30.123000");
    assertThat(integer(local, -1)).isEqualTo("1969-12-31 23:59:59.999999");
    assertThat(integer(timestampType(true, TimeUnit.MICROS), -86400000000L))
        .isEqualTo("1969-12-31 00:00:00+00:00");
    assertThat(integer(timestampType(true, TimeUnit.MILLIS), 1706696430123L))
        .isEqualTo("2024-01-31 10:20:30.123000+00:00");
    assertThat(integer(timestampType(false, TimeUnit.NANOS), 1706696430123000001L))
        .isEqualTo("2024-01-31 10:20:30.123000001");
  }

  @Test
  void timesHaveSixDigitsOrNone() throws Exception {
    assertThat(integer(timeType(false, TimeUnit.MICROS), 3723000004L)).isEqualTo("01:02:03.000004");
    assertThat(integer(timeType(false, TimeUnit.MICROS), 0)).isEqualTo("00:00:00");
    assertThat(integer(timeType(false, TimeUnit.MILLIS), 86399123)).isEqualTo("23:59:59.123000");
  }

  @Test
  void bytesAreALiteral() throws Exception {
    ParquetScalars bytes = PythonScalars.of(Types.optional(PrimitiveTypeName.BINARY).named("b"));
    String[][] cases = {
      {"", "b''"},
      {"a\u00ff", "b'a\\xff'"},
      {"it's", "b\"it's\""},
      {"\"it's\"", "b'\"it\\'s\"'"},
      {"\t\n\r\\\0~\u007f", "b'\\t\\n\\r\\\\\\x00~\\x7f'"},
    };
    for (String[] each : cases) {
      Binary value = Binary.fromConstantByteArray(each[0].getBytes(StandardCharsets.ISO_8859_1));
      assertThat(bytes.ofBinary(value)).isEqualTo(each[1]);
    }
  }
}
