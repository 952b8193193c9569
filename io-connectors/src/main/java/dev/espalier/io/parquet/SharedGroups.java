package dev.espalier.io.parquet;

import dev.espalier.io.parquet.ColumnStructure.Group;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;

/** The groups of a schema that several columns lie in. */
final class SharedGroups {
  private final Map<List<String>, List<Group>> byColumn = new HashMap<>();
  private final Map<List<String>, List<Integer>> repeatedByColumn = new HashMap<>();

  SharedGroups(MessageType schema) {
    for (Type field : schema.getFields()) {
      walk(field, List.of(), List.of(), 0, List.of());
    }
  }

  private void walk(
      Type field, List<String> parent, List<Integer> repeated, int definition, List<Group> around) {
    List<String> path = new ArrayList<>(parent);
    path.add(field.getName());
    int definitionHere = definition + (field.isRepetition(Repetition.REQUIRED) ? 0 : 1);
    List<Integer> repeatedHere = repeated;
    if (field.isRepetition(Repetition.REPEATED)) {
      repeatedHere = new ArrayList<>(repeated);
      repeatedHere.add(definitionHere);
    }
    if (field.isPrimitive()) {
      byColumn.put(path, around);
      repeatedByColumn.put(path, repeatedHere);
      return;
    }
    GroupType group = field.asGroupType();
    List<Group> here = around;
    if (leaves(group) > 1) {
      here = new ArrayList<>(around);
      here.add(new Group(String.join(".", path), repeatedHere.size(), definitionHere));
    }
    for (Type child : group.getFields()) {
      walk(child, path, repeatedHere, definitionHere, here);
    }
  }

  /** Counts columns, two at the most. */
  private static int leaves(GroupType group) {
    int leaves = 0;
    for (Type child : group.getFields()) {
      leaves += child.isPrimitive() ? 1 : leaves(child.asGroupType());
      if (leaves > 1) {
        return leaves;
      }
    }
    return leaves;
  }

  /** The definition levels of the repeated groups that a column lies in, the outermost first. */
  List<Integer> repeated(ColumnDescriptor column) {
    return repeatedByColumn.get(Arrays.asList(column.getPath()));
  }

  /** The groups that a column lies in with others, the outermost first. */
  List<Group> of(ColumnDescriptor column) {
    return byColumn.get(Arrays.asList(column.getPath()));
  }
}
