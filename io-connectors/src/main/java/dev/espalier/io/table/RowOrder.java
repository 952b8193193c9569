package dev.espalier.io.table;

import dev.espalier.io.parquet.StoredType;
import java.io.Serializable;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.Optional;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.Float16LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/**
 * The order of rows in a file: that of their ids, numbers as numbers, everything else by the UTF-8
 * bytes of its text, which is by code points. Ids that are none of the type come last, by their
 * text.
 */
final class RowOrder implements Comparator<String>, Serializable {
  private enum Kind {
    TEXT,
    INTEGER,
    DECIMAL,
    FRACTION
  }

  private final Kind kind;

  private RowOrder(Kind kind) {
    this.kind = kind;
  }

  /** The order of ids of {@code type}. */
  static RowOrder of(StoredType type) {
    Optional<PrimitiveType> scalar = type.scalar();
    return new RowOrder(scalar.map(RowOrder::kind).orElse(Kind.TEXT));
  }

  private static Kind kind(PrimitiveType type) {
    LogicalTypeAnnotation logical = type.getLogicalTypeAnnotation();
    PrimitiveTypeName name = type.getPrimitiveTypeName();
    if (logical instanceof DecimalLogicalTypeAnnotation) {
      return Kind.DECIMAL;
    } else if (name == PrimitiveTypeName.FLOAT
        || name == PrimitiveTypeName.DOUBLE
        || logical instanceof Float16LogicalTypeAnnotation) {
      return Kind.FRACTION;
    }
    boolean isWhole = name == PrimitiveTypeName.INT32 || name == PrimitiveTypeName.INT64;
    if (isWhole && logical instanceof IntLogicalTypeAnnotation integer) {
      return integer.isSigned() || integer.getBitWidth() < Long.SIZE ? Kind.INTEGER : Kind.DECIMAL;
    }
    return isWhole && logical == null ? Kind.INTEGER : Kind.TEXT;
  }

  @Override
  public int compare(String a, String b) {
    Optional<Comparable<Object>> left = number(a);
    Optional<Comparable<Object>> right = number(b);
    if (left.isEmpty() || right.isEmpty()) {
      return left.isPresent() ? -1 : right.isPresent() ? 1 : byText(a, b);
    }
    int order = left.get().compareTo(right.get());
    return order == 0 ? byText(a, b) : order;
  }

  @SuppressWarnings("unchecked") // both sides of a comparison are of one class
  private Optional<Comparable<Object>> number(String id) {
    try {
      return switch (kind) {
        case TEXT -> Optional.empty();
        case INTEGER -> Optional.of((Comparable<Object>) (Object) Long.valueOf(id));
        case DECIMAL -> Optional.of((Comparable<Object>) (Object) new BigDecimal(id));
        case FRACTION -> Optional.of((Comparable<Object>) (Object) Double.valueOf(id));
      };
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** By the bytes of UTF-8. */
  static int byText(String a, String b) {
    int common = Math.min(a.length(), b.length());
    for (int i = 0; i < common; i++) {
      char c = a.charAt(i);
      char d = b.charAt(i);
      if (c != d) {
        // Surrogates stand for code points above all of the other chars.
        boolean above = Character.isSurrogate(c);
        return above == Character.isSurrogate(d) ? Character.compare(c, d) : above ? 1 : -1;
      }
    }
    return Integer.compare(a.length(), b.length());
  }
}
