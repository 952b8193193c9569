package dev.espalier.eval.compare;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Documents that belong together: questions on one text, say, whose answers are right or wrong
 * together. Immutable.
 */
public final class Clusters {
  private final int[] clusterOf; // (documents)
  private final int[] sizes; // (clusters)
  private int[][] members; // (clusters, documents of each), made when asked for

  private Clusters(int[] clusterOf, int[] sizes) {
    this.clusterOf = clusterOf;
    this.sizes = sizes;
  }

  /** Each document on its own. */
  public static Clusters ofSingles(int documents) {
    int[] clusterOf = new int[documents];
    int[] sizes = new int[documents];
    for (int i = 0; i < documents; i++) {
      clusterOf[i] = i;
      sizes[i] = 1;
    }
    return new Clusters(clusterOf, sizes);
  }

  /**
   * Documents with equal keys are one cluster; the first key makes cluster 0. One without a key
   * (null) is on its own.
   */
  public static Clusters ofKeys(List<?> keys) {
    Map<Object, Integer> numbers = new HashMap<>();
    int[] clusterOf = new int[keys.size()];
    int[] sizes = new int[keys.size()];
    int count = 0;
    for (int i = 0; i < clusterOf.length; i++) {
      Object key = keys.get(i);
      Integer number = key == null ? null : numbers.get(key);
      if (number == null) {
        number = count++;
        if (key != null) {
          numbers.put(key, number);
        }
      }
      clusterOf[i] = number;
      sizes[number]++;
    }
    return new Clusters(clusterOf, Arrays.copyOf(sizes, count));
  }

  public int documents() {
    return clusterOf.length;
  }

  public int count() {
    return sizes.length;
  }

  /** Whether some cluster holds more than one document. */
  public boolean join() {
    return count() < documents();
  }

  public int clusterOf(int document) {
    return clusterOf[document];
  }

  public int size(int cluster) {
    return sizes[cluster];
  }

  /** The documents of a cluster in their order. */
  int[] members(int cluster) {
    return membersOfAll()[cluster];
  }

  private synchronized int[][] membersOfAll() {
    if (members == null) {
      int[][] all = new int[count()][];
      for (int c = 0; c < all.length; c++) {
        all[c] = new int[sizes[c]];
      }
      int[] filled = new int[count()];
      for (int i = 0; i < clusterOf.length; i++) {
        int c = clusterOf[i];
        all[c][filled[c]++] = i;
      }
      members = all;
    }
    return members;
  }
}
