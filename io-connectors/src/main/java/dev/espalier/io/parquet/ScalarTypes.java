package dev.espalier.io.parquet;

import static org.apache.parquet.schema.LogicalTypeAnnotation.intType;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.DOUBLE;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.FLOAT;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT32;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT64;

import java.util.Objects;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.Float16LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;

/** Which scalar type holds the values of two. */
final class ScalarTypes {
  private ScalarTypes() {}

  /** The least type that holds the values of both; null if there is none. Names do not matter. */
  static PrimitiveType join(PrimitiveType a, PrimitiveType b) {
    if (a.getPrimitiveTypeName() == b.getPrimitiveTypeName()
        && a.getTypeLength() == b.getTypeLength()
        && Objects.equals(a.getLogicalTypeAnnotation(), b.getLogicalTypeAnnotation())) {
      return a;
    }
    if (isInteger(a) && isInteger(b)) {
      return integer(a, b);
    }
    int precision = Math.max(precision(a), precision(b));
    return precision(a) > 0 && precision(b) > 0
        ? Types.optional(precision == 3 ? DOUBLE : FLOAT).named(a.getName())
        : null;
  }

  private static PrimitiveType integer(PrimitiveType a, PrimitiveType b) {
    boolean signed = isSigned(a) || isSigned(b);
    int bits = 0;
    for (PrimitiveType type : new PrimitiveType[] {a, b}) {
      bits = Math.max(bits, width(type) * (signed && !isSigned(type) ? 2 : 1));
    }
    if (bits > Long.SIZE) {
      return null;
    }
    PrimitiveTypeName name = bits == Long.SIZE ? INT64 : INT32;
    boolean isPlain = signed && bits >= Integer.SIZE;
    return isPlain
        ? Types.optional(name).named(a.getName())
        : Types.optional(name).as(intType(bits, signed)).named(a.getName());
  }

  private static boolean isInteger(PrimitiveType type) {
    boolean isWhole = type.getPrimitiveTypeName() == INT32 || type.getPrimitiveTypeName() == INT64;
    LogicalTypeAnnotation logical = type.getLogicalTypeAnnotation();
    return isWhole && (logical == null || logical instanceof IntLogicalTypeAnnotation);
  }

  private static boolean isSigned(PrimitiveType type) {
    return !(type.getLogicalTypeAnnotation() instanceof IntLogicalTypeAnnotation integer)
        || integer.isSigned();
  }

  private static int width(PrimitiveType type) {
    if (type.getLogicalTypeAnnotation() instanceof IntLogicalTypeAnnotation integer) {
      return integer.getBitWidth();
    }
    return type.getPrimitiveTypeName() == INT64 ? Long.SIZE : Integer.SIZE;
  }

  /** 1, 2 or 3 for half, single and double precision; 0 for no binary fraction. */
  private static int precision(PrimitiveType type) {
    if (type.getLogicalTypeAnnotation() instanceof Float16LogicalTypeAnnotation) {
      return 1;
    }
    return type.getPrimitiveTypeName() == DOUBLE ? 3 : type.getPrimitiveTypeName() == FLOAT ? 2 : 0;
  }
}
