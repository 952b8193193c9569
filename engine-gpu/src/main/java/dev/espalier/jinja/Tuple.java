package dev.espalier.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.RandomAccess;

/** Python's tuple. Equality of values is {@link Comparison}'s. */
class Tuple extends java.util.AbstractList<Object> implements RandomAccess {
  private static final int MOST_PARTS = 1000;
  private static final int MOST_LEVELS = 100;

  private final List<Object> items;

  /** Of the tuple as a key; null until it is one. */
  private Key key;

  /**
   * What is hashed and compared of a tuple that is a key.
   *
   * @param size its parts, and those of tuples in it
   */
  private record Key(List<Object> parts, int hash, int size) {
    @Override
    public int hashCode() {
      return hash;
    }

    @Override
    public boolean equals(Object other) {
      return this == other
          || (other instanceof Key key && hash == key.hash && parts.equals(key.parts));
    }
  }

  Tuple(List<Object> items) {
    this.items = items;
  }

  static Tuple of(Object... items) {
    return new Tuple(java.util.Arrays.asList(items));
  }

  @Override
  public Object get(int index) {
    return items.get(index);
  }

  @Override
  public int size() {
    return items.size();
  }

  /**
   * What a dict knows the tuple by. It is made once, so that tuples that share their parts do not
   * cost more than they have room for.
   *
   * @param level of tuples that this one lies in
   */
  Object key(int level) {
    if (key == null) {
      if (level >= MOST_LEVELS) {
        throw tooLarge();
      }
      List<Object> parts = new ArrayList<>();
      int size = 0;
      for (Object item : items) {
        Object part = item instanceof Tuple tuple ? tuple.key(level + 1) : Dict.hashed(item);
        parts.add(part);
        size += part instanceof Key inner ? 1 + inner.size : 1;
        if (size > MOST_PARTS) {
          throw tooLarge();
        }
      }
      key = new Key(parts, parts.hashCode(), size);
    }
    return key;
  }

  private static JinjaException tooLarge() {
    return new JinjaException(
        JinjaException.Kind.LIMIT,
        "a tuple that is a key has more than "
            + MOST_PARTS
            + " parts, or nests more than "
            + MOST_LEVELS
            + " levels deep");
  }

  /** What {@code groupby} gives: a pair whose parts have names. */
  static final class Group extends Tuple {
    Group(Object grouper, List<Object> list) {
      super(java.util.Arrays.asList(grouper, list));
    }
  }
}
