package dev.espalier.program;

import dev.espalier.row.NamedValue;
import dev.espalier.row.ValueType;
import java.util.ArrayList;
import java.util.List;

/**
 * The value of one column while a row's values are gathered: the last that was given, or of values
 * in forks a list with one item a branch, null where a branch gave none. Of a fork that is repeated
 * the last counts.
 */
final class ColumnValue {
  private String fork = "";
  private List<ColumnValue> items;
  private ValueType type = ValueType.STRING;
  private Object value;

  /** Takes a value of the column. */
  void put(List<RowRun.Branch> branches, ValueType newType, Object newValue) {
    if (branches.isEmpty()) {
      items = null;
      type = newType;
      value = newValue;
      return;
    }
    RowRun.Branch branch = branches.get(0);
    if (items == null || !fork.equals(branch.fork())) {
      fork = branch.fork();
      items = new ArrayList<>();
      for (int i = 0; i < branch.size(); i++) {
        items.add(null);
      }
    }
    ColumnValue item = items.get(branch.index());
    if (item == null) {
      item = new ColumnValue();
      items.set(branch.index(), item);
    }
    item.put(branches.subList(1, branches.size()), newType, newValue);
  }

  NamedValue named(String name) {
    ValueType common = type();
    return new NamedValue(name, common, value(common));
  }

  private ValueType type() {
    if (items == null) {
      return type;
    }
    ValueType common = null;
    for (ColumnValue item : items) {
      common = item == null ? common : common == null ? item.type() : joined(common, item.type());
    }
    return new ValueType.ListOf(common == null ? ValueType.STRING : common);
  }

  private static ValueType joined(ValueType a, ValueType b) {
    boolean areNumbers =
        (a == ValueType.INTEGER && b == ValueType.NUMBER)
            || (a == ValueType.NUMBER && b == ValueType.INTEGER);
    return a.equals(b) ? a : areNumbers ? ValueType.NUMBER : ValueType.STRING;
  }

  private Object value(ValueType as) {
    if (items != null && as instanceof ValueType.ListOf list) {
      List<Object> values = new ArrayList<>();
      items.forEach(item -> values.add(item == null ? null : item.value(list.item())));
      return values;
    }
    if (value == null || items != null) {
      return null;
    } else if (as == ValueType.NUMBER && value instanceof Long number) {
      return number.doubleValue();
    }
    return as == ValueType.STRING && !(value instanceof String) ? String.valueOf(value) : value;
  }
}
