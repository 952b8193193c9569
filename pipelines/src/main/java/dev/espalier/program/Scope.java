package dev.espalier.program;

import dev.espalier.row.RowError;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where names live: a program, a call of one, or a branch. Step paths are unique in the row;
 * columns are named alike but without the count of repeated steps, so that a loop has one column,
 * and without the number of the branch: the branches of a fork have one column, a list.
 */
final class Scope {
  private final RowRun run;
  private final String path;
  private final String column;
  private final List<RowRun.Branch> branches;
  private final Map<String, Value> values;

  /** Is told of the values of a call; null for a program and for a branch. */
  private final Scope caller;

  private final String callName;

  private Scope(
      RowRun run,
      String path,
      String column,
      List<RowRun.Branch> branches,
      Map<String, Value> values,
      Scope caller,
      String callName) {
    this.run = run;
    this.path = path;
    this.column = column;
    this.branches = List.copyOf(branches);
    this.values = new LinkedHashMap<>(values);
    this.caller = caller;
    this.callName = callName;
  }

  static Scope root(RowRun run) {
    return new Scope(run, "", "", List.of(), Map.of(), null, "");
  }

  /** The path of the next step of this name. */
  String step(String name) {
    return run.unique(path + checked(name));
  }

  /** Names {@code value}. */
  void assign(String name, Value value) {
    run.assign(column + checked(name), branches, value);
    String key = name;
    for (Scope scope = this; scope != null; scope = scope.caller) {
      scope.values.put(key, value);
      key = scope.callName + "/" + key;
    }
  }

  /** Names further samples of a step, which are columns but cannot be read by name. */
  void assignSample(String name, int index, Value value) {
    run.assign(column + name + "[" + index + "]", branches, value);
  }

  /** The last value of this name, or null. */
  Value find(String name) {
    return values.get(name);
  }

  Set<String> names() {
    return Collections.unmodifiableSet(values.keySet());
  }

  /** A scope that a call opens: it sees nothing of this one, this one sees its values by path. */
  Scope call(String name) {
    return new Scope(run, step(name) + "/", column + name + "/", branches, Map.of(), this, name);
  }

  /** The path that the branches of a fork share. */
  String fork(String name) {
    return step(name);
  }

  /** A branch of a fork: it begins with the values of this scope. */
  Scope branch(String name, String forkPath, int index, int size) {
    List<RowRun.Branch> all = new ArrayList<>(branches);
    all.add(new RowRun.Branch(forkPath, index, size));
    String inner = forkPath + "[" + index + "]/";
    return new Scope(run, inner, column + name + "/", all, values, null, "");
  }

  /** A copy: a branch on its own. */
  Scope copy() {
    return new Scope(run, step("copy") + "/", column + "copy/", branches, values, null, "");
  }

  private static String checked(String name) {
    if (name.isEmpty() || name.chars().anyMatch(c -> "/[]#".indexOf(c) >= 0)) {
      throw new RowException(
          RowError.PROGRAM_FAILED,
          "\"" + name + "\" is no name of a value: it is empty or holds one of / [ ] #");
    }
    return name;
  }
}
