package dev.espalier.program;

import dev.espalier.row.RowError;
import java.util.Iterator;
import java.util.List;

/** The branches of a fork, in order. */
public final class Fork implements Iterable<State> {
  private final List<State> branches;

  Fork(List<State> branches) {
    this.branches = List.copyOf(branches);
  }

  public int size() {
    return branches.size();
  }

  /** The branch at {@code index}, from 0. */
  public State get(int index) {
    return branches.get(index);
  }

  @Override
  public Iterator<State> iterator() {
    return branches.iterator();
  }

  /** Waits until every branch has the answer to its last step. */
  public Fork join() {
    branches.forEach(State::await);
    return this;
  }

  /**
   * The values of this name, one of each branch; does not wait.
   *
   * @throws RowException with {@link RowError#UNDEFINED_VARIABLE} if a branch has none
   */
  public List<Value> values(String name) {
    return branches.stream().map(branch -> branch.get(name)).toList();
  }
}
