package dev.espalier.jinja;

import java.util.AbstractList;
import java.util.RandomAccess;

/** Python's range. */
final class Range extends AbstractList<Object> implements RandomAccess {
  final long start;
  final long stop;
  final long step;
  private final int size;

  /**
   * @param size which the caller has bounded
   */
  Range(long start, long stop, long step, int size) {
    this.start = start;
    this.stop = stop;
    this.step = step;
    this.size = size;
  }

  @Override
  public Object get(int index) {
    return start + index * step;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public String toString() {
    return "range(" + start + ", " + stop + (step == 1 ? "" : ", " + step) + ")";
  }
}
