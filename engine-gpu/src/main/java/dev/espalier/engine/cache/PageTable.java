package dev.espalier.engine.cache;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The pages of one sequence: first those that are nodes of the tree, then private ones. Made and
 * changed by {@link PrefixCache} alone; valid until released.
 */
public final class PageTable {
  /** The nodes of the leading pages, from the root down. */
  final List<PageNode> path;

  int[] pages;
  int size;

  /** Leading nodes of the path that are full and settled, or that another table fills. */
  int settled;

  /** Leading tokens that went into a step. */
  int written;

  private int[] snapshot; // of the pages, null if they changed since

  PageTable(List<PageNode> path, int size) {
    this.path = new ArrayList<>(path);
    this.settled = path.size();
    this.pages = new int[size];
    this.size = size;
    for (int i = 0; i < path.size(); i++) {
      pages[i] = path.get(i).page;
    }
  }

  /** Page numbers in the order of positions: as many as reserved. The array never changes. */
  public int[] pages() {
    if (snapshot == null || snapshot.length != size) {
      snapshot = Arrays.copyOf(pages, size);
    }
    return snapshot;
  }

  /** Number of pages reserved. */
  public int size() {
    return size;
  }

  void replace(int index, int page) {
    pages[index] = page;
    snapshot = null;
  }

  void add(int page) {
    if (size == pages.length) {
      pages = Arrays.copyOf(pages, size + size / 2 + 1);
    }
    pages[size++] = page;
  }
}
