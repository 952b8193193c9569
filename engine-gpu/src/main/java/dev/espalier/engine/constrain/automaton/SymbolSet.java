package dev.espalier.engine.constrain.automaton;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * An immutable set of symbols, which are non-negative integers: code points, or bytes. Kept as
 * disjoint, non-adjacent, ascending ranges.
 */
public final class SymbolSet {
  public static final SymbolSet EMPTY = new SymbolSet(new int[0]);

  /** The code points that a text can hold: all but the surrogates. */
  public static final SymbolSet CODE_POINTS =
      ofRanges(0, Character.MIN_SURROGATE - 1, Character.MAX_SURROGATE + 1, 0x10FFFF);

  /** First and last symbol of each range, in turn. */
  private final int[] bounds;

  private final int hash;

  private SymbolSet(int[] bounds) {
    this.bounds = bounds;
    this.hash = Arrays.hashCode(bounds);
  }

  public static SymbolSet of(int symbol) {
    return new SymbolSet(new int[] {symbol, symbol});
  }

  /** All symbols from {@code first} to {@code last}, both included. */
  public static SymbolSet range(int first, int last) {
    return first > last ? EMPTY : new SymbolSet(new int[] {first, last});
  }

  /** The union of the ranges whose first and last symbols are given in turn. */
  public static SymbolSet ofRanges(int... bounds) {
    List<int[]> ranges = new ArrayList<>();
    for (int i = 0; i < bounds.length; i += 2) {
      if (bounds[i] <= bounds[i + 1]) {
        ranges.add(new int[] {bounds[i], bounds[i + 1]});
      }
    }
    ranges.sort(Comparator.comparingInt(range -> range[0]));
    int[] merged = new int[2 * ranges.size()];
    int size = 0;
    for (int[] range : ranges) {
      if (size > 0 && range[0] <= merged[size - 1] + 1) {
        merged[size - 1] = Math.max(merged[size - 1], range[1]);
      } else {
        merged[size++] = range[0];
        merged[size++] = range[1];
      }
    }
    return size == 0 ? EMPTY : new SymbolSet(Arrays.copyOf(merged, size));
  }

  public static SymbolSet union(Collection<SymbolSet> sets) {
    int size = 0;
    for (SymbolSet set : sets) {
      size += set.bounds.length;
    }
    int[] all = new int[size];
    int filled = 0;
    for (SymbolSet set : sets) {
      System.arraycopy(set.bounds, 0, all, filled, set.bounds.length);
      filled += set.bounds.length;
    }
    return ofRanges(all);
  }

  /** The code points, surrogates left out, for which {@code predicate} holds. */
  public static SymbolSet codePointsWith(IntPredicate predicate) {
    int[] found = new int[64];
    int size = 0;
    int first = -1;
    for (int c = 0; c <= 0x110000; c++) {
      boolean in = c <= 0x10FFFF && CODE_POINTS.contains(c) && predicate.test(c);
      if (in && first < 0) {
        first = c;
      } else if (!in && first >= 0) {
        if (size == found.length) {
          found = Arrays.copyOf(found, 2 * size);
        }
        found[size++] = first;
        found[size++] = c - 1;
        first = -1;
      }
    }
    return ofRanges(Arrays.copyOf(found, size));
  }

  public SymbolSet union(SymbolSet other) {
    return union(List.of(this, other));
  }

  public SymbolSet intersect(SymbolSet other) {
    int[] common = new int[bounds.length + other.bounds.length];
    int size = 0;
    int i = 0;
    int j = 0;
    while (i < bounds.length && j < other.bounds.length) {
      int first = Math.max(bounds[i], other.bounds[j]);
      int last = Math.min(bounds[i + 1], other.bounds[j + 1]);
      if (first <= last) {
        common[size++] = first;
        common[size++] = last;
      }
      if (bounds[i + 1] < other.bounds[j + 1]) {
        i += 2;
      } else {
        j += 2;
      }
    }
    return size == 0 ? EMPTY : new SymbolSet(Arrays.copyOf(common, size));
  }

  public SymbolSet minus(SymbolSet other) {
    int[] complement = new int[other.bounds.length + 2];
    int size = 0;
    int next = 0;
    for (int i = 0; i < other.bounds.length; i += 2) {
      if (next < other.bounds[i]) {
        complement[size++] = next;
        complement[size++] = other.bounds[i] - 1;
      }
      next = other.bounds[i + 1] + 1;
    }
    complement[size++] = next;
    complement[size++] = Integer.MAX_VALUE;
    return intersect(new SymbolSet(Arrays.copyOf(complement, size)));
  }

  public boolean contains(int symbol) {
    int low = 0;
    int high = bounds.length / 2;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (bounds[2 * middle + 1] < symbol) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return 2 * low < bounds.length && bounds[2 * low] <= symbol;
  }

  public boolean isEmpty() {
    return bounds.length == 0;
  }

  public int rangeCount() {
    return bounds.length / 2;
  }

  public int first(int range) {
    return bounds[2 * range];
  }

  public int last(int range) {
    return bounds[2 * range + 1];
  }

  @Override
  public boolean equals(Object object) {
    return object instanceof SymbolSet other && Arrays.equals(bounds, other.bounds);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("{");
    for (int i = 0; i < bounds.length; i += 2) {
      text.append(i == 0 ? "" : ",").append(Integer.toHexString(bounds[i]));
      if (bounds[i] < bounds[i + 1]) {
        text.append('-').append(Integer.toHexString(bounds[i + 1]));
      }
    }
    return text.append('}').toString();
  }
}
