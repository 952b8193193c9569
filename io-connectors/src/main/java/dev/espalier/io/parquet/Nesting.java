package dev.espalier.io.parquet;

import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.ListLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.MapKeyValueTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.MapLogicalTypeAnnotation;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;

/**
 * What a group of columns stands for, by the rules of Parquet's logical types, those for files of
 * older writers included. A field that is repeated without such a group around it is a list of its
 * own; that is not told here.
 */
public enum Nesting {
  /** Fields by name. */
  STRUCT,
  /** A list whose elements are the one repeated field: two levels, as older writers have them. */
  LIST_OF_REPEATED,
  /** A list whose elements are the one field of the one repeated group: three levels. */
  LIST_OF_INNER,
  /** A map: the one repeated group has a key and a value. */
  MAP,
  /** A map without values: the one repeated group has a key alone. */
  KEYS,
  /** A map whose keys are no scalars: a list of structs with a key and a value. */
  ENTRIES;

  /** The nesting of a group. */
  public static Nesting of(GroupType group) {
    LogicalTypeAnnotation logical = group.getLogicalTypeAnnotation();
    if (!hasOneRepeatedField(group)) {
      return STRUCT;
    }
    Type repeated = group.getType(0);
    if (logical instanceof ListLogicalTypeAnnotation) {
      return repeatedIsElement(repeated, group.getName()) ? LIST_OF_REPEATED : LIST_OF_INNER;
    }
    boolean map =
        logical instanceof MapLogicalTypeAnnotation || logical instanceof MapKeyValueTypeAnnotation;
    if (!map || repeated.isPrimitive()) {
      return STRUCT;
    }
    GroupType entry = repeated.asGroupType();
    boolean single = !entry.getType(0).isRepetition(Repetition.REPEATED);
    return switch (entry.getFieldCount()) {
      case 1 -> single ? KEYS : STRUCT;
      case 2 -> single && entry.getType(0).isPrimitive() ? MAP : ENTRIES;
      default -> STRUCT;
    };
  }

  private static boolean hasOneRepeatedField(GroupType group) {
    return group.getFieldCount() == 1 && group.getType(0).isRepetition(Repetition.REPEATED);
  }

  /** LogicalTypes.md of parquet-format, "Backward-compatibility rules" of lists, 1 to 4. */
  private static boolean repeatedIsElement(Type repeated, String listName) {
    if (repeated.isPrimitive() || repeated.asGroupType().getFieldCount() != 1) {
      return true;
    }
    Type only = repeated.asGroupType().getType(0);
    return only.isRepetition(Repetition.REPEATED)
        || repeated.getName().equals("array")
        || repeated.getName().equals(listName + "_tuple");
  }
}
