package dev.espalier.program.source;

import dev.espalier.row.Column;
import dev.espalier.row.ValueType;
import dev.espalier.yaml.YamlPlace;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The columns of a program file, in the order of its steps. Used while one file is read. */
final class ColumnList {
  /**
   * Where a column first got its value.
   *
   * @param steps the list of steps, if a model gives the value
   */
  private record Origin(Column column, YamlPlace place, Object steps) {}

  private final Map<String, Origin> columns = new LinkedHashMap<>();
  private final List<String> forks = new ArrayList<>();
  private final Problems problems;

  ColumnList(Problems problems) {
    this.problems = problems;
  }

  /** From here to {@link #endFork} columns are those of its branches. */
  void beginFork(String name) {
    forks.add(name);
  }

  void endFork() {
    forks.remove(forks.size() - 1);
  }

  /**
   * @param name within the file, with the names of calls before it
   * @param steps the list of steps that holds the step, if a model gives the value; else null
   */
  void add(String name, ValueType type, YamlPlace place, Object steps) {
    StringBuilder full = new StringBuilder();
    forks.forEach(fork -> full.append(fork).append('/'));
    String column = full.append(name).toString();
    if (Column.RESERVED.contains(column)) {
      problems.add(
          place, "`" + column + "` is a column that every table has", "choose another name");
      return;
    }
    ValueType columnType = type;
    for (int i = 0; i < forks.size(); i++) {
      columnType = new ValueType.ListOf(columnType);
    }
    Origin former =
        columns.putIfAbsent(column, new Origin(new Column(column, columnType), place, steps));
    if (former == null) {
      return;
    }
    if (steps != null && former.steps() == steps) {
      problems.warn(
          place,
          "`" + column + "` is given twice in one list of steps, first at " + former.place(),
          "choose another name: the first answer is in no column");
    }
    if (!former.column().type().equals(columnType)) {
      problems.add(
          place,
          "`"
              + column
              + "` is "
              + columnType.description()
              + " here, but "
              + former.column().type().description()
              + " at "
              + former.place(),
          "give both the same type, or choose another name");
    }
  }

  List<Column> columns() {
    return columns.values().stream().map(Origin::column).toList();
  }
}
