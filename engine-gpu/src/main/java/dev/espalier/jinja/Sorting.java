package dev.espalier.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;

/** Python's {@code sorted}: stable, and asking only which of two is less. */
final class Sorting {
  private record Keyed(Object key, Object item) {}

  /** Below it Python inserts, and what it compares first decides which error it meets. */
  private static final int FEW = 64;

  private Sorting() {}

  private static boolean isLess(Keyed a, Keyed b, Rendering rendering) {
    rendering.step(1);
    return Comparison.isLess(a.key, b.key, rendering);
  }

  /** Python's binary insertion, behind the run that the items begin with. */
  private static void insert(Keyed[] all, Rendering rendering) {
    int next = run(all, rendering);
    for (; next < all.length; next++) {
      Keyed pivot = all[next];
      int from = 0;
      int to = next;
      while (from < to) {
        int middle = (from + to) >>> 1;
        if (isLess(pivot, all[middle], rendering)) {
          to = middle;
        } else {
          from = middle + 1;
        }
      }
      System.arraycopy(all, from, all, from + 1, next - from);
      all[from] = pivot;
    }
  }

  /** The length of the run at the beginning, which is reversed if it descends. */
  private static int run(Keyed[] all, Rendering rendering) {
    if (all.length < 2) {
      return all.length;
    }
    boolean descends = isLess(all[1], all[0], rendering);
    int end = 2;
    while (end < all.length && isLess(all[end], all[end - 1], rendering) == descends) {
      end++;
    }
    if (descends) {
      Collections.reverse(java.util.Arrays.asList(all).subList(0, end));
    }
    return end;
  }

  static ArrayList<Object> sorted(
      List<Object> items, UnaryOperator<Object> key, boolean reverse, Rendering rendering) {
    rendering.items(items.size());
    List<Keyed> keyed = new ArrayList<>(items.size());
    items.forEach(item -> keyed.add(new Keyed(key.apply(item), item)));
    if (reverse) {
      Collections.reverse(keyed);
    }
    Keyed[] sorted = keyed.toArray(new Keyed[0]);
    if (sorted.length < FEW) {
      insert(sorted, rendering);
    } else {
      sort(sorted, new Keyed[sorted.length], 0, sorted.length, rendering);
    }
    ArrayList<Object> result = new ArrayList<>(sorted.length);
    for (Keyed each : sorted) {
      result.add(each.item);
    }
    if (reverse) {
      Collections.reverse(result);
    }
    return result;
  }

  private static void sort(Keyed[] all, Keyed[] spare, int from, int to, Rendering rendering) {
    if (to - from < 2) {
      return;
    }
    int middle = (from + to) >>> 1;
    sort(all, spare, from, middle, rendering);
    sort(all, spare, middle, to, rendering);
    System.arraycopy(all, from, spare, from, to - from);
    int left = from;
    int right = middle;
    for (int i = from; i < to; i++) {
      boolean takesRight = left == middle;
      if (!takesRight && right < to) {
        takesRight = isLess(spare[right], spare[left], rendering);
      }
      all[i] = takesRight ? spare[right++] : spare[left++];
    }
  }
}
