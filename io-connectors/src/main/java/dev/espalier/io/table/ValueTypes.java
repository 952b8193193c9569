package dev.espalier.io.table;

import dev.espalier.row.ValueType;
import java.util.ArrayList;
import java.util.List;

/** Which type a column has that holds values of two. */
final class ValueTypes {
  private ValueTypes() {}

  /**
   * The type of a column that holds both. Integers become numbers beside numbers (to the nearest,
   * beyond 2^53); lists and structs of the same fields are joined inside; any other two types
   * become text. Commutative and associative.
   */
  static ValueType join(ValueType a, ValueType b) {
    if (a.equals(b)) {
      return a;
    }
    if (a instanceof ValueType.ListOf left && b instanceof ValueType.ListOf right) {
      return new ValueType.ListOf(join(left.item(), right.item()));
    }
    if (a instanceof ValueType.Struct left && b instanceof ValueType.Struct right) {
      return join(left, right);
    }
    return isNumeric(a) && isNumeric(b) ? ValueType.NUMBER : ValueType.STRING;
  }

  private static ValueType join(ValueType.Struct left, ValueType.Struct right) {
    List<ValueType.Struct.Field> fields = new ArrayList<>();
    for (int i = 0; i < left.fields().size(); i++) {
      ValueType.Struct.Field field = left.fields().get(i);
      boolean same =
          left.fields().size() == right.fields().size()
              && right.fields().get(i).name().equals(field.name());
      if (!same) {
        return ValueType.STRING;
      }
      ValueType joined = join(field.type(), right.fields().get(i).type());
      fields.add(new ValueType.Struct.Field(field.name(), joined));
    }
    return new ValueType.Struct(fields);
  }

  private static boolean isNumeric(ValueType type) {
    return type.equals(ValueType.INTEGER) || type.equals(ValueType.NUMBER);
  }
}
